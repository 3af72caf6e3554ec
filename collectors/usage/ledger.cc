#include "collectors/usage/ledger.h"

#include <algorithm>

#include "exporter/base/milliseconds.h"
#include "exporter/base/strings.h"

namespace clawvigil::usage {

namespace {

constexpr std::int64_t kMillisPerMinute = 60'000;
constexpr std::int64_t kMillisPerHour = 3'600'000;
constexpr double kTokensPerPrice = 1e6;

double estimate(const parse::TokenCounts& tokens, const Price& price) {
  return (static_cast<double>(tokens.input) * price.input +
          static_cast<double>(tokens.output) * price.output +
          static_cast<double>(tokens.cache_read) * price.cache_read +
          static_cast<double>(tokens.cache_write) * price.cache_write) /
         kTokensPerPrice;
}

// A record without a time, or with one that cannot be, is of now.
std::int64_t plausible(std::int64_t time_ms, std::int64_t now_ms) {
  constexpr std::int64_t kClockSkewMs = 24 * kMillisPerHour;
  return time_ms > 0 && time_ms < now_ms + kClockSkewMs ? time_ms : now_ms;
}

bool is_at_gateway(const Turn& turn) {
  return turn.trigger == Trigger::user && turn.channel == parse::kChannelWeb;
}

std::string label_or_unknown(std::string_view text) {
  return text.empty() ? "unknown" : sanitize(text);
}

template <typename Cursor>
std::vector<Cursor> cursors_of(const std::map<std::int64_t, Cursor>& pending) {
  std::vector<Cursor> cursors;
  cursors.reserve(pending.size());
  for (const auto& [id, cursor] : pending) cursors.push_back(cursor);
  return cursors;
}

}  // namespace

Result<> Ledger::begin_source(const Source& source) {
  put_session_by();
  home_ = source.home;
  agent_ = sanitize(source.agent);
  source_ = source;
  last_ = {};
  paced_agent_ = agent_;
  if (!paced_agents_.contains({home_, agent_})) {
    const auto same_home = [&](const auto& entry) { return entry.first == home_; };
    const auto count = std::ranges::count_if(paced_agents_, same_home);
    if (count < static_cast<std::ptrdiff_t>(kMaxAgentsPaced)) {
      paced_agents_.emplace(home_, agent_);
    } else {
      paced_agent_ = "other";
    }
  }
  TRY(load_session());
  TRY_ASSIGN(domain_, domain_of(source.session));
  known_.clear();
  fresh_.clear();
  TRY_ASSIGN(check_identity_, has_identities(source));
  const auto pending = identities_pending_.lower_bound({domain_, 0});
  for (auto it = pending; it != identities_pending_.end() && it->first.first == domain_; ++it) {
    if (source.starts_anew || it->first.second != source.id) check_identity_ = true;
  }
  if (!check_identity_) return {};
  for (auto it = pending; it != identities_pending_.end() && it->first.first == domain_; ++it) {
    fresh_.insert(it->second.begin(), it->second.end());
  }
  return load_identities(domain_);
}

void Ledger::put_session_by() {
  if (session_.changed) sessions_pending_.insert_or_assign(source_.session, session_);
  session_.changed = false;
}

SeriesKey Ledger::bounded(SeriesKey key) {
  if (totals_.contains(key)) return key;
  std::size_t& count = series_of_home_[key.home];
  if (count >= kMaxSeriesPerHome) {
    key = {key.home, "other", "other", "other", Trigger::unknown, "other"};
  }
  if (totals_.try_emplace(key).second) {  // its place; sums are added by commit()
    ++count;
    ++version_;
  }
  return key;
}

void Ledger::announce(const SeriesKey& key) {
  const auto count = series_of_home_.find(key.home);
  if (count == series_of_home_.end() || count->second < kMaxSeriesPerHome / 2) bounded(key);
}

Totals& Ledger::totals_of(const parse::UsageRecord& record, const Turn& turn, std::int64_t hour) {
  // Neighbouring records mostly share their model and hour.
  if (last_.totals != nullptr && last_.hour == hour && last_.turn == turn &&
      last_.provider == record.provider && last_.model == record.model) {
    return *last_.totals;
  }
  const SeriesKey key =
      bounded({home_, agent_, label_or_unknown(record.provider), label_or_unknown(record.model),
               turn.trigger, std::string(turn.channel)});
  Totals& totals = hours_pending_[{key, hour}];
  last_ = {std::string(record.provider), std::string(record.model), turn, hour, &totals};
  return totals;
}

bool Ledger::is_new(std::uint64_t identity) {
  if (check_identity_) {
    if (std::ranges::binary_search(known_, identity)) return false;
    if (!fresh_.insert(identity).second) return false;
  }
  identities_pending_[{domain_, source_.id}].push_back(identity);
  ++pending_records_;
  return true;
}

void Ledger::add_pace(Trigger trigger, std::int64_t time_ms, std::int64_t now_ms,
                      const Pace& pace) {
  const std::int64_t minute = time_ms / kMillisPerMinute;
  const std::int64_t age = now_ms / kMillisPerMinute - minute;
  if (age < kMinutesKept) minutes_pending_[{home_, paced_agent_, trigger, minute}].add(pace);
  if (age < kSlotsKept * kMinutesPerSlot) {
    slots_pending_[{home_, paced_agent_, trigger, minute / kMinutesPerSlot}].add(pace);
  }
}

void Ledger::prompt(const parse::PromptRecord& record, SystemTime now) {
  if (!is_new(record.key)) return;
  const std::int64_t now_ms = to_milliseconds(now);
  const std::int64_t time_ms = plausible(record.time_ms, now_ms);
  session_.changed = true;
  session_.loop.prompt(record.origin, record.text, time_ms);
  note_loop(time_ms, now_ms);
  if (record.origin == Trigger::user) add_pace(record.origin, time_ms, now_ms, {.human_turns = 1});
}

void Ledger::book(const parse::UsageRecord& record, const std::optional<Price>& price,
                  const Turn& turn, SystemTime now) {
  if (!is_new(record.key)) return;
  const std::int64_t now_ms = to_milliseconds(now);
  const std::int64_t time_ms = plausible(record.time_ms, now_ms);

  Totals totals;
  totals.tokens = record.tokens;
  totals.requests = 1;
  totals.failed = record.failed ? 1 : 0;
  if (record.cost_usd) totals.recorded_usd.add(*record.cost_usd);
  if (!record.cost_usd || *record.cost_usd <= 0) {
    if (price) {
      totals.estimated_usd.add(estimate(record.tokens, *price));
    } else {
      totals.unpriced_tokens = record.tokens.sum();
    }
  }
  totals_of(record, turn, time_ms / kMillisPerHour).add(totals);
  add_pace(turn.trigger, time_ms, now_ms,
           {totals.usd(), record.tokens.uncached(), totals.requests, totals.failed, 0,
            is_at_gateway(turn) ? 1 : 0});
  add_to_session(record, totals, time_ms);
  note_loop(time_ms, now_ms);
}

void Ledger::add_to_session(const parse::UsageRecord& record, const Totals& totals,
                            std::int64_t time_ms) {
  SessionSum& sum = session_.sum;
  session_.changed = true;
  session_.loop.call(record.calls, time_ms, record.failed, totals.usd(), record.tokens.uncached());
  if (sum.requests == 0) sum.first_ms = time_ms;
  sum.first_ms = std::min(sum.first_ms, time_ms);
  sum.last_ms = std::max(sum.last_ms, time_ms);
  sum.tokens.add(record.tokens);
  sum.requests += totals.requests;
  sum.failed += totals.failed;
  sum.unpriced_tokens += totals.unpriced_tokens;
  sum.usd += totals.usd();
}

std::int64_t Ledger::order_of(const SeriesKey& key) const {
  const auto found = series_ids_.find(key);
  return found == series_ids_.end() ? kUnnumbered : found->second;
}

void Ledger::discard() {
  last_ = {};
  session_.changed = false;
  new_ids_.clear();
  hours_pending_.clear();
  minutes_pending_.clear();
  slots_pending_.clear();
  loops_pending_.clear();
  sessions_pending_.clear();
  files_pending_.clear();
  rows_pending_.clear();
  standings_pending_.clear();
  identities_pending_.clear();
  forgotten_files_.clear();
  pending_records_ = 0;
}

Result<> Ledger::commit(SystemTime now) {
  put_session_by();
  const bool nothing = hours_pending_.empty() && files_pending_.empty() && rows_pending_.empty() &&
                       sessions_pending_.empty() && forgotten_files_.empty();
  if (nothing) return {};
  if (auto written = write_pending(now); !written) {
    discard();
    return written;
  }
  apply_pending(now);
  discard();
  return {};
}

void Ledger::apply_pending(SystemTime now) {
  if (!hours_pending_.empty()) ++version_;
  for (const auto& [key, pending] : hours_pending_) {
    totals_[key.first].add(pending);
    recent_spend_.add_hour(key.first.home, key.second, pending.usd());
  }
  for (const auto& [key, pace] : minutes_pending_) {
    recent_spend_.add_minute(std::get<0>(key), std::get<3>(key), pace.usd);
  }
  recent_spend_.forget_before(now);
  for (const auto& [key, id] : new_ids_) series_ids_[key] = id;
  files_.merge(cursors_of(files_pending_));
  rows_.merge(cursors_of(rows_pending_));
  if (forgotten_files_.empty()) return;
  std::ranges::sort(forgotten_files_);
  files_.erase_if([this](const FileCursor& cursor) {
    return std::ranges::binary_search(forgotten_files_, cursor.id);
  });
}

}  // namespace clawvigil::usage
