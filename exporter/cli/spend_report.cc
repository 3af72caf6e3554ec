#include "exporter/cli/spend_report.h"

#include <algorithm>
#include <set>

#include "collectors/budgets/projection.h"
#include "collectors/usage/history.h"
#include "exporter/base/milliseconds.h"
#include "exporter/base/strings.h"
#include "exporter/cli/spend_sums.h"
#include "exporter/cli/spend_unusual.h"
#include "exporter/config/schema.h"

namespace clawvigil::cli {

namespace {

using usage::begin_of_hour;
using usage::hour_of;
using usage::HourAmount;
using usage::NumberedSeries;

// What `filter` may name; an error when it names nothing that ever used a model.
Result<> check_name(std::string_view flag, const std::string& filter,
                    const std::set<std::string, std::less<>>& names) {
  if (filter.empty() || names.contains(filter)) return {};
  const std::vector<std::string_view> known(names.begin(), names.end());
  constexpr std::size_t kListed = 12;
  std::vector<std::string_view> listed = known;
  listed.resize(std::min(known.size(), kListed));
  std::string list = join(listed, ", ");
  if (known.size() > kListed) list += ", …";
  return fail(Errc::parse, std::string(flag) + ": nothing was used by \"" + sanitize(filter) +
                               "\"" + config::did_you_mean(filter, known) +
                               " (known: " + sanitize(list, 600) + ")");
}

Result<> check_filters(const SpendRequest& request, const std::vector<NumberedSeries>& series) {
  if (series.empty()) return {};
  std::set<std::string, std::less<>> homes;
  std::set<std::string, std::less<>> agents;
  std::set<std::string, std::less<>> providers;
  std::set<std::string, std::less<>> models;
  for (const NumberedSeries& one : series) {
    homes.insert(one.key.home);
    agents.insert(one.key.agent);
    providers.insert(one.key.provider);
    models.insert(one.key.model);
    if (request.model == one.key.provider + "/" + one.key.model) models.insert(request.model);
  }
  TRY(check_name("--home", request.home, homes));
  TRY(check_name("--agent", request.agent, agents));
  TRY(check_name("--provider", request.provider, providers));
  return check_name("--model", request.model, models);
}

SpendRow row_of(const usage::SessionSum& session) {
  SpendRow row;
  row.begin = from_milliseconds(session.first_ms);
  row.end = from_milliseconds(session.last_ms);
  row.names = {{"home", session.home},
               {"agent", session.agent},
               {"session", session.session_id},
               {"trigger", std::string(parse::to_string(session.trigger))},
               {"channel", session.channel}};
  row.totals.tokens = session.tokens;
  row.totals.requests = session.requests;
  row.totals.failed = session.failed;
  row.totals.unpriced_tokens = session.unpriced_tokens;
  row.totals.recorded_usd.add(session.usd);
  return row;
}

Result<> add_sessions(store::Store& store, SpendReport& report) {
  const SpendRequest& request = report.request;
  constexpr std::size_t kDefault = 20;
  const std::size_t limit = request.limit.value_or(kDefault);
  const usage::SessionFilter filter{
      request.home, request.agent,
      request.trigger ? std::string(parse::to_string(*request.trigger)) : std::string()};
  TRY_ASSIGN(
      const auto found,
      usage::sessions_by_cost(store, to_milliseconds(request.from), to_milliseconds(request.until),
                              filter, limit == 0 ? -1 : static_cast<std::int64_t>(limit)));
  for (const usage::SessionSum& session : found.sessions) report.rows.push_back(row_of(session));
  report.sessions = found.count;
  report.totals = row_of(found.sum).totals;
  return {};
}

std::optional<SpendProjection> projection(std::span<const HourAmount> hours,
                                          std::int64_t first_hour, SystemTime now,
                                          const host::TimeZone& zone) {
  const auto month = zone.period_of(CalendarUnit::month, now);
  SpendProjection found{month.begin, month.end, 0, 0, false};
  for (const HourAmount& hour : hours) {
    if (begin_of_hour(hour.hour) >= month.begin) found.spent_usd += hour.amount.usd;
  }
  const auto profile = budgets::WeekProfile::of(hours, first_hour, now, zone);
  if (profile) {
    found.by_profile = true;
    found.projected_usd = found.spent_usd + profile->between(now, month.end, zone).usd;
    return found;
  }
  const auto pace = budgets::at_run_rate(found.spent_usd, month, now);
  if (!pace) return std::nullopt;
  found.projected_usd = *pace;
  return found;
}

// From where on hours are read: for the sums, and what is said beside them.
struct Reach {
  std::int64_t from = 0;    // of the sums
  std::int64_t before = 0;  // of as long a time before
  std::int64_t first = 0;   // of anything
  std::int64_t until = 0;
};

Reach reach_of(const SpendReport& report, std::int64_t first_hour, SystemTime now,
               const host::TimeZone& zone) {
  const SpendRequest& request = report.request;
  const SystemTime end = std::min(now, request.until);
  Reach reach{hour_of(request.from), hour_of(request.from - (end - request.from)), 0,
              hour_of(request.until)};
  reach.first = reach.before;
  const SpendBy unit = request.by.front();
  if (unit == SpendBy::hour || unit == SpendBy::day) {
    reach.first = std::min(reach.first, hour_of(request.from - past_worth_reading(unit)));
  }
  if (request.until_now) {
    const auto month = zone.period_of(CalendarUnit::month, now);
    reach.first =
        std::min({reach.first, hour_of(month.begin), budgets::WeekProfile::first_hour_before(now)});
  }
  reach.first = std::max(reach.first, first_hour);
  return reach;
}

Result<> add_hours(store::Store& store, const std::vector<NumberedSeries>& series,
                   std::int64_t first_hour, const host::TimeZone& zone, SystemTime now,
                   SpendReport& report) {
  const Reach reach = reach_of(report, first_hour, now, zone);
  SpendSums sums(report.request, zone, series);
  std::vector<HourAmount> hours;
  double before = 0;
  const auto take = [&](std::int64_t hour, const usage::Totals& totals) {
    if (hours.empty() || hours.back().hour != hour) hours.push_back({hour, {}});
    hours.back().amount.add({totals.usd(), totals.tokens.uncached()});
  };
  TRY(usage::each_hour(store, reach.first, reach.from,
                       [&](std::int64_t one, std::int64_t hour, const usage::Totals& totals) {
                         if (!sums.wants(one)) return;
                         take(hour, totals);
                         if (hour < reach.before) return;
                         before += totals.usd();
                         sums.add_before(one, totals.usd());
                       }));
  TRY(usage::each_hour(store, reach.from, reach.until,
                       [&](std::int64_t one, std::int64_t hour, const usage::Totals& totals) {
                         if (!sums.add(one, hour, totals)) return;
                         take(hour, totals);
                       }));
  report.rows = sums.rows(begin_of_hour(first_hour));
  report.totals = sums.totals();
  report.unpriced = sums.unpriced();
  if (first_hour <= reach.before) report.before_usd = before;
  if (report.request.until_now) report.projection = projection(hours, first_hour, now, zone);
  mark_unusual(report.rows, hours, begin_of_hour(reach.first), report.request.by.front(), zone);
  return {};
}

}  // namespace

Result<SpendReport> spend_report(store::Store& store, const SpendRequest& request,
                                 const host::TimeZone& zone, SystemTime now) {
  SpendReport report;
  report.request = request;
  TRY_ASSIGN(const auto reading, usage::reading_state(store));
  report.complete = reading.complete;
  report.sessions_read = reading.sessions;
  TRY_ASSIGN(const auto series, usage::series_of_ledger(store));
  TRY(check_filters(request, series));
  report.several_homes = std::ranges::any_of(
      series, [&](const NumberedSeries& one) { return one.key.home != series.front().key.home; });
  TRY_ASSIGN(const auto first_hour, usage::first_hour(store));
  if (!first_hour) return report;
  report.first_use = begin_of_hour(*first_hour);
  if (request.of_sessions()) {
    TRY(add_sessions(store, report));
  } else {
    TRY(add_hours(store, series, *first_hour, zone, now, report));
  }
  return report;
}

}  // namespace clawvigil::cli
