// What the ledger keeps of the recent past: the pace by minutes and slots, and single sessions.
#include "collectors/usage/ledger.h"
#include "collectors/usage/ledger_rows.h"
#include "exporter/base/milliseconds.h"
#include "exporter/base/strings.h"

namespace clawvigil::usage {

namespace {

constexpr std::size_t kMaxSessionId = 64;
constexpr std::int64_t kDaysKept = kSlotsKept * kMinutesPerSlot / (std::int64_t{24} * 60);
constexpr std::int64_t kMillisPerDay = 86'400'000;

}  // namespace

Result<> Ledger::load_paced_agents() {
  TRY_ASSIGN(auto agents, store_->prepare("SELECT DISTINCT home, agent FROM usage_slot"));
  while (true) {
    TRY_ASSIGN(const bool row, agents.step());
    if (!row) return {};
    if (agents.text(1) != "other") {
      paced_agents_.emplace(std::string(agents.text(0)), std::string(agents.text(1)));
    }
  }
}

Result<> Ledger::write_pace(SystemTime now) {
  const auto minute =
      std::chrono::duration_cast<std::chrono::minutes>(now.time_since_epoch()).count();
  TRY(write_pace("minute", minutes_pending_, minute - kMinutesKept));
  return write_pace("slot", slots_pending_, minute / kMinutesPerSlot - kSlotsKept);
}

Result<> Ledger::write_pace(const std::string& unit, const std::map<PaceKey, Pace>& pending,
                            std::int64_t oldest) {
  if (pending.empty()) return {};
  TRY_ASSIGN(auto upsert,
             store_->prepare("INSERT INTO usage_" + unit +
                             " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                             "usd = usd + excluded.usd, tokens = tokens + excluded.tokens, "
                             "requests = requests + excluded.requests, "
                             "failed = failed + excluded.failed, "
                             "human_turns = human_turns + excluded.human_turns, "
                             "gateway = gateway + excluded.gateway"));
  for (const auto& [key, pace] : pending) {
    const auto& [home, agent, trigger, number] = key;
    upsert.bind(1, number).bind(2, home).bind(3, agent).bind(4, parse::to_string(trigger));
    upsert.bind(5, pace.usd).bind(6, pace.tokens).bind(7, pace.requests).bind(8, pace.failed);
    TRY(upsert.bind(9, pace.human_turns).bind(10, pace.gateway).run());
  }
  TRY_ASSIGN(auto prune, store_->prepare("DELETE FROM usage_" + unit + " WHERE " + unit + " < ?"));
  return prune.bind(1, oldest).run();
}

void Ledger::note_loop(std::int64_t time_ms, std::int64_t now_ms) {
  const std::int64_t repeats = session_.loop.chain().repeats;
  const std::int64_t day = time_ms / kMillisPerDay;
  if (repeats < 2 || day < now_ms / kMillisPerDay - kDaysKept) return;
  std::int64_t& most = loops_pending_[{home_, paced_agent_, day}];
  most = std::max(most, repeats);
}

Result<> Ledger::write_loops(SystemTime now) {
  if (loops_pending_.empty()) return {};
  TRY_ASSIGN(auto upsert,
             store_->prepare("INSERT INTO usage_loop VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
                             "SET repeats = max(repeats, excluded.repeats)"));
  for (const auto& [key, repeats] : loops_pending_) {
    const auto& [home, agent, day] = key;
    TRY(upsert.bind(1, day).bind(2, home).bind(3, agent).bind(4, repeats).run());
  }
  TRY_ASSIGN(auto prune, store_->prepare("DELETE FROM usage_loop WHERE day < ?"));
  return prune.bind(1, to_milliseconds(now) / kMillisPerDay - kDaysKept).run();
}

// The session as it stands in the database, or a new one.
Result<> Ledger::load_session() {
  session_ = {};
  const auto pending = sessions_pending_.find(source_.session);
  if (pending != sessions_pending_.end()) {
    session_ = pending->second;
    session_.changed = false;
    return {};
  }
  SessionSum& sum = session_.sum;
  sum.session_id = sanitize(source_.session_id, kMaxSessionId);
  sum.home = home_;
  sum.agent = agent_;
  TRY_ASSIGN(auto query, store_->prepare(std::string("SELECT ") + kSessionColumns +
                                         ", recent FROM usage_session_sum WHERE session = ?"));
  query.bind(1, static_cast<std::int64_t>(source_.session));
  TRY_ASSIGN(const bool found, query.step());
  if (found) {
    sum = read_session(query);
    session_.loop = LoopWatch::restore(sum.chain, sum.last_ms, query.blob(kSessionColumnCount));
  }
  // What is known of a session may come later than its first entries.
  if (source_.trigger != Trigger::unknown) sum.trigger = source_.trigger;
  sum.channel = source_.channel;
  return {};
}

Result<> Ledger::write_sessions() {
  if (sessions_pending_.empty()) return {};
  TRY_ASSIGN(auto replace,
             store_->prepare("INSERT OR REPLACE INTO usage_session_sum VALUES (?, ?, ?, ?, ?, ?, "
                             "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  for (const auto& [session, open] : sessions_pending_) {
    const SessionSum& sum = open.sum;
    const Chain& chain = open.loop.chain();
    replace.bind(1, static_cast<std::int64_t>(session)).bind(2, sum.session_id).bind(3, sum.home);
    replace.bind(4, sum.agent).bind(5, parse::to_string(sum.trigger)).bind(6, sum.channel);
    replace.bind(7, sum.first_ms).bind(8, sum.last_ms);
    replace.bind(9, sum.tokens.input).bind(10, sum.tokens.output);
    replace.bind(11, sum.tokens.cache_read).bind(12, sum.tokens.cache_write);
    replace.bind(13, sum.requests).bind(14, sum.failed).bind(15, sum.unpriced_tokens);
    replace.bind(16, sum.usd).bind(17, chain.calls).bind(18, chain.since_ms).bind(19, chain.usd);
    replace.bind(20, chain.tokens).bind(21, chain.repeats).bind(22, chain.failed_streak);
    TRY(replace.bind_blob(23, open.loop.recent()).run());
  }
  return {};
}

Result<> Ledger::load_recent_spend() {
  TRY_ASSIGN(auto minutes, store_->prepare("SELECT home, minute, sum(usd) FROM usage_minute "
                                           "GROUP BY home, minute"));
  while (true) {
    TRY_ASSIGN(const bool row, minutes.step());
    if (!row) break;
    recent_spend_.add_minute(std::string(minutes.text(0)), minutes.integer(1), minutes.real(2));
  }
  TRY_ASSIGN(auto hours,
             store_->prepare("SELECT home, hour, sum(recorded_usd + recorded_correction + "
                             "estimated_usd + estimated_correction) FROM usage_hour JOIN "
                             "usage_series ON id = series WHERE hour > (SELECT max(hour) FROM "
                             "usage_hour) - ? GROUP BY home, hour"));
  hours.bind(1, std::int64_t{RecentSpend::kHours});
  while (true) {
    TRY_ASSIGN(const bool row, hours.step());
    if (!row) return {};
    recent_spend_.add_hour(std::string(hours.text(0)), hours.integer(1), hours.real(2));
  }
}

}  // namespace clawvigil::usage
