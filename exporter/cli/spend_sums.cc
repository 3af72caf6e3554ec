#include "exporter/cli/spend_sums.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace clawvigil::cli {

namespace {

using Names = std::vector<std::pair<std::string, std::string>>;

bool is_wanted(const usage::SeriesKey& key, const SpendRequest& request) {
  const auto fits = [](const std::string& wanted, const std::string& name) {
    return wanted.empty() || wanted == name;
  };
  return fits(request.home, key.home) && fits(request.agent, key.agent) &&
         fits(request.provider, key.provider) &&
         (fits(request.model, key.model) || request.model == key.provider + "/" + key.model) &&
         (!request.trigger || *request.trigger == key.trigger);
}

Names names_of(const usage::SeriesKey& key, SpendBy by) {
  switch (by) {
    case SpendBy::model:
      return {{"provider", key.provider}, {"model", key.model}};
    case SpendBy::provider:
      return {{"provider", key.provider}};
    case SpendBy::agent:
      return {{"home", key.home}, {"agent", key.agent}};
    case SpendBy::trigger:
      return {{"trigger", std::string(parse::to_string(key.trigger))}};
    case SpendBy::channel:
      return {{"channel", key.channel}};
    case SpendBy::home:
      return {{"home", key.home}};
    default:
      return {};
  }
}

}  // namespace

std::string SpendRow::name(std::string_view key) const {
  const auto found = std::ranges::find(names, key, &std::pair<std::string, std::string>::first);
  return found == names.end() ? std::string() : found->second;
}

SpendSums::SpendSums(const SpendRequest& request, const host::TimeZone& zone,
                     const std::vector<usage::NumberedSeries>& series)
    : request_(request), zone_(zone) {
  std::map<std::vector<Names>, std::size_t> groups;
  std::map<std::pair<std::string, std::string>, std::size_t> models;
  for (const usage::NumberedSeries& one : series) {
    if (!is_wanted(one.key, request)) continue;
    std::vector<Names> names;
    names.reserve(request.by.size());
    for (const SpendBy by : request.by) names.push_back(names_of(one.key, by));
    const auto [group, is_new] = groups.try_emplace(names, groups_.size());
    if (is_new) groups_.push_back({std::move(names), {}});
    const auto [model, is_new_model] =
        models.try_emplace({one.key.provider, one.key.model}, models_.size());
    if (is_new_model) models_.push_back({one.key.provider, one.key.model, 0});
    series_[one.id] = {group->second, model->second};
  }
}

const SpendSums::Series* SpendSums::find(std::int64_t series) const {
  const auto found = series_.find(series);
  return found == series_.end() ? nullptr : &found->second;
}

host::TimeZone::Period SpendSums::clipped_period(SystemTime time) const {
  const auto by = request_.unit_of_time();
  if (!by) return {request_.from, request_.until};
  // An hour is one of the ledger's: where clocks are turned back, two have the same name.
  if (*by == SpendBy::hour) return {time, time + std::chrono::hours(1)};
  const auto period = zone_.period_of(unit_of(*by), time);
  return {std::max(period.begin, request_.from), std::min(period.end, request_.until)};
}

void SpendSums::finish_period() {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    if (!groups_[i].touched) continue;
    entries_.push_back({periods_.size() - 1, i, groups_[i].current});
    all_.add(groups_[i].current);
    groups_[i].current = {};
    groups_[i].touched = false;
  }
}

bool SpendSums::add(std::int64_t series, std::int64_t hour, const usage::Totals& totals) {
  const Series* const known = find(series);
  if (known == nullptr) return false;
  const SystemTime time = usage::begin_of_hour(hour);
  if (periods_.empty() || time >= periods_.back().end) {
    if (!periods_.empty()) finish_period();
    periods_.push_back(clipped_period(time));
  }
  Group& group = groups_[known->group];
  group.current.add(totals);
  group.touched = true;
  models_[known->model].tokens += totals.unpriced_tokens;
  return true;
}

void SpendSums::add_before(std::int64_t series, double usd) {
  const Series* const known = find(series);
  if (known == nullptr) return;
  std::optional<double>& before = groups_[known->group].before_usd;
  before = before.value_or(0) + usd;
}

std::pair<std::size_t, SpendSums::Names> SpendSums::key_of(const Entry& entry,
                                                           std::size_t level) const {
  if (is_time(request_.by[level])) return {entry.period, {}};
  return {0, groups_[entry.group].names[level]};
}

std::vector<SpendRow> SpendSums::rows(SystemTime first) {
  if (!periods_.empty()) finish_period();
  std::vector<SpendRow> rows;
  std::map<std::pair<std::size_t, Names>, std::size_t> outer;
  std::map<std::tuple<std::size_t, std::size_t, Names>, std::size_t> inner;
  const auto make = [&](const Entry& entry, std::size_t level, const Names& names) {
    SpendRow row;
    row.names = names;
    if (is_time(request_.by[level])) {
      row.begin = periods_[entry.period].begin;
      row.end = periods_[entry.period].end;
    }
    return row;
  };
  for (const Entry& entry : std::exchange(entries_, {})) {
    auto key = key_of(entry, 0);
    const auto [place, is_new] = outer.try_emplace(key, rows.size());
    if (is_new) rows.push_back(make(entry, 0, key.second));
    SpendRow& row = rows[place->second];
    row.totals.add(entry.totals);
    if (request_.by.size() == 1) continue;
    auto below = key_of(entry, 1);
    const auto [within, is_new_within] =
        inner.try_emplace({place->second, below.first, below.second}, row.rows.size());
    if (is_new_within) row.rows.push_back(make(entry, 1, below.second));
    row.rows[within->second].totals.add(entry.totals);
  }
  std::map<Names, double> before;  // by the names of the outermost dimension
  for (const Group& group : groups_) {
    if (group.before_usd) before[group.names.front()] += *group.before_usd;
  }
  for (SpendRow& row : rows) {
    order(row.rows, 1);
    const auto found = before.find(row.names);
    if (!row.names.empty() && found != before.end()) row.before_usd = found->second;
  }
  order(rows, 0);
  if (is_time(request_.by[0])) fill_gaps(rows, first);
  return rows;
}

void SpendSums::order(std::vector<SpendRow>& rows, std::size_t level) const {
  if (level < request_.by.size() && is_time(request_.by[level])) {
    std::ranges::stable_sort(rows, {}, &SpendRow::begin);
    return;
  }
  std::ranges::stable_sort(rows, [](const SpendRow& a, const SpendRow& b) {
    return std::tuple(-a.totals.usd(), -a.totals.tokens.sum(), a.names) <
           std::tuple(-b.totals.usd(), -b.totals.tokens.sum(), b.names);
  });
}

void SpendSums::fill_gaps(std::vector<SpendRow>& rows, SystemTime first) const {
  std::vector<SpendRow> all;
  auto next = rows.begin();
  SystemTime at = std::max(request_.from, first);
  while (at < request_.until) {
    const auto period = clipped_period(at);
    if (next != rows.end() && *next->begin == period.begin) {
      all.push_back(std::move(*next++));
    } else {
      SpendRow empty;
      empty.begin = period.begin;
      empty.end = period.end;
      all.push_back(std::move(empty));
    }
    at = period.end;
  }
  rows = std::move(all);
}

std::vector<UnpricedModel> SpendSums::unpriced() const {
  std::vector<UnpricedModel> unpriced;
  std::ranges::copy_if(models_, std::back_inserter(unpriced),
                       [](const UnpricedModel& model) { return model.tokens > 0; });
  std::ranges::stable_sort(unpriced, std::ranges::greater(), &UnpricedModel::tokens);
  return unpriced;
}

}  // namespace clawvigil::cli
