#include "collectors/usage/history.h"

#include <algorithm>
#include <span>

#include "collectors/usage/ledger_rows.h"
#include "collectors/usage/packed_hours.h"

namespace clawvigil::usage {

namespace {

constexpr std::size_t kMaxRows = 2'000'000;

Result<bool> has_tables(store::Store& store) { return store.has_table("usage_generation"); }

template <typename Visit>
Result<> each_row(store::Statement& query, const Visit& visit) {
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return {};
    visit(query);
  }
}

template <typename Row, typename Read>
Result<std::vector<Row>> read_all(store::Statement& query, const Read& read) {
  std::vector<Row> rows;
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return rows;
    if (rows.size() == kMaxRows) return fail(Errc::too_large, "the ledger has too many rows");
    rows.push_back(read(query));
  }
}

PaceOfUsage read_pace(const store::Statement& row) {
  return {std::string(row.text(1)),
          std::string(row.text(2)),
          parse::parse_trigger(row.text(3)).value_or(Trigger::unknown),
          row.integer(0),
          {row.real(4), row.integer(5), row.integer(6), row.integer(7), row.integer(8),
           row.integer(9)}};
}

// For read_pace(). `unit`: minute or slot.
Result<store::Statement> pace_query(store::Store& store, const std::string& unit,
                                    std::int64_t from) {
  // Tables of an earlier version stay without this column until the collector opens them.
  TRY_ASSIGN(const bool knows_gateway, has_column(store, "usage_" + unit, "gateway"));
  TRY_ASSIGN(auto query,
             store.prepare("SELECT " + unit +
                           ", home, agent, trigger, usd, tokens, requests, failed, human_turns, " +
                           (knows_gateway ? "gateway" : "0") + " FROM usage_" + unit + " WHERE " +
                           unit + " >= ? ORDER BY " + unit));
  query.bind(1, from);
  return query;
}

}  // namespace

Result<std::vector<HourOfUsage>> hour_history(store::Store& store, std::int64_t from_hour,
                                              std::int64_t until_hour) {
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return std::vector<HourOfUsage>();
  TRY_ASSIGN(auto query, store.prepare(std::string("SELECT ") + kTotalsColumns +
                                       ", hour, home, agent, provider, model, trigger, channel "
                                       "FROM usage_hour JOIN usage_series ON id = series "
                                       "WHERE hour >= ? AND hour < ? ORDER BY series, hour"));
  query.bind(1, from_hour).bind(2, until_hour);
  return read_all<HourOfUsage>(query, [](const store::Statement& row) {
    return HourOfUsage{
        {std::string(row.text(12)), std::string(row.text(13)), std::string(row.text(14)),
         std::string(row.text(15)), parse::parse_trigger(row.text(16)).value_or(Trigger::unknown),
         std::string(row.text(17))},
        row.integer(11),
        read_totals(row)};
  });
}

Result<std::vector<NumberedSeries>> series_of_ledger(store::Store& store) {
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return std::vector<NumberedSeries>();
  TRY_ASSIGN(auto query, store.prepare("SELECT id, home, agent, provider, model, trigger, channel "
                                       "FROM usage_series ORDER BY id"));
  return read_all<NumberedSeries>(query, [](const store::Statement& row) {
    return NumberedSeries{
        row.integer(0),
        {std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
         std::string(row.text(4)), parse::parse_trigger(row.text(5)).value_or(Trigger::unknown),
         std::string(row.text(6))}};
  });
}

Result<> each_hour(store::Store& store, std::int64_t from_hour, std::int64_t until_hour,
                   const VisitHour& visit) {
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return {};
  TRY_ASSIGN(const bool has_packs, store.has_table("usage_pack"));
  if (!has_packs) return each_single_hour(store, from_hour, until_hour, visit);
  TRY_ASSIGN(auto packs, store.prepare("SELECT day, rows FROM usage_pack WHERE day >= ? AND "
                                       "day < ? ORDER BY day"));
  // Rounded up, without an overflow where `until_hour` is the end of time.
  packs.bind(1, from_hour / kHoursPerDay)
      .bind(2, until_hour / kHoursPerDay + (until_hour % kHoursPerDay == 0 ? 0 : 1));
  const VisitHour visit_within = [&](std::int64_t series, std::int64_t hour, const Totals& totals) {
    if (hour >= from_hour && hour < until_hour) visit(series, hour, totals);
  };
  std::int64_t next = from_hour;
  while (true) {
    TRY_ASSIGN(const bool row, packs.step());
    if (!row) return each_single_hour(store, next, until_hour, visit);
    const std::int64_t day = packs.integer(0);
    const std::int64_t begin = day * kHoursPerDay;
    const std::int64_t end = begin + kHoursPerDay;
    if (next < begin) TRY(each_single_hour(store, next, begin, visit));
    const bool whole = from_hour <= begin && end <= until_hour;
    TRY(unpack_rows(packs.blob(1), day, whole ? visit : visit_within));
    next = end;
  }
}

Result<std::optional<std::int64_t>> first_slot(store::Store& store) {
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return std::optional<std::int64_t>();
  TRY_ASSIGN(auto query, store.prepare("SELECT min(slot) FROM usage_slot"));
  TRY_ASSIGN(const bool row, query.step());
  if (!row || query.is_null(0)) return std::optional<std::int64_t>();
  return std::optional(query.integer(0));
}

Result<> each_slot(store::Store& store, std::int64_t from,
                   const std::function<void(const PaceOfUsage&)>& use) {
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return {};
  TRY_ASSIGN(auto query, pace_query(store, "slot", from));
  return each_row(query, [&](const store::Statement& row) { use(read_pace(row)); });
}

Result<std::vector<PaceOfUsage>> minute_history(store::Store& store, std::int64_t from) {
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return std::vector<PaceOfUsage>();
  TRY_ASSIGN(auto query, pace_query(store, "minute", from));
  return read_all<PaceOfUsage>(query, read_pace);
}

Result<std::vector<SessionSum>> session_history(store::Store& store, std::int64_t from_ms,
                                                std::int64_t limit) {
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return std::vector<SessionSum>();
  TRY_ASSIGN(auto query, store.prepare(std::string("SELECT ") + kSessionColumns +
                                       " FROM usage_session_sum WHERE last_ms >= ? "
                                       "ORDER BY last_ms DESC LIMIT ?"));
  query.bind(1, from_ms).bind(2, limit);
  return read_all<SessionSum>(query, read_session);
}

Result<SessionsByCost> sessions_by_cost(store::Store& store, std::int64_t from_ms,
                                        std::int64_t until_ms, const SessionFilter& filter,
                                        std::int64_t limit) {
  SessionsByCost found;
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return found;
  TRY_ASSIGN(auto query,
             store.prepare("SELECT session, usd, input, output, cache_read, cache_write, requests, "
                           "failed, unpriced_tokens FROM usage_session_sum WHERE last_ms >= ?1 "
                           "AND first_ms < ?2 AND (?3 = '' OR home = ?3) AND (?4 = '' OR "
                           "agent = ?4) AND (?5 = '' OR trigger = ?5)"));
  query.bind(1, from_ms).bind(2, until_ms).bind(3, filter.home);
  query.bind(4, filter.agent).bind(5, filter.trigger);
  // One pass for sum and order: most of its time is finding the rows.
  struct Rank {
    double usd = 0;  // these two negative, so that the largest come first
    std::int64_t tokens = 0;
    std::int64_t session = 0;
    auto operator<=>(const Rank&) const = default;
  };
  std::vector<Rank> ranks;
  SessionSum& sum = found.sum;
  TRY(each_row(query, [&](const store::Statement& row) {
    const parse::TokenCounts tokens{row.integer(2), row.integer(3), row.integer(4), row.integer(5)};
    ranks.push_back({-row.real(1), -tokens.uncached(), row.integer(0)});
    sum.tokens.add(tokens);
    sum.requests += row.integer(6);
    sum.failed += row.integer(7);
    sum.unpriced_tokens += row.integer(8);
    sum.usd += row.real(1);
  }));
  if (ranks.size() > kMaxRows) return fail(Errc::too_large, "the ledger has too many rows");
  found.count = static_cast<std::int64_t>(ranks.size());
  const auto most =
      limit < 0 ? ranks.size() : std::min(ranks.size(), static_cast<std::size_t>(limit));
  std::ranges::partial_sort(ranks, ranks.begin() + static_cast<std::ptrdiff_t>(most));
  TRY_ASSIGN(auto session, store.prepare(std::string("SELECT ") + kSessionColumns +
                                         " FROM usage_session_sum WHERE session = ?"));
  for (const Rank& rank : std::span(ranks).first(most)) {
    session.bind(1, rank.session);
    TRY_ASSIGN(const bool row, session.step());
    if (row) found.sessions.push_back(read_session(session));
    session.reset();
  }
  return found;
}

Result<ReadingState> reading_state(store::Store& store) {
  ReadingState state;
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return state;
  TRY_ASSIGN(state.complete, is_complete(store));
  if (state.complete) return state;
  TRY_ASSIGN(auto sessions, store.prepare("SELECT count(*) FROM usage_session_sum"));
  TRY_ASSIGN(const bool row, sessions.step());
  if (row) state.sessions = sessions.integer(0);
  return state;
}

Result<LoopDays> loop_days(store::Store& store, std::int64_t from_day) {
  TRY_ASSIGN(const bool exists, store.has_table("usage_loop"));
  if (!exists) return LoopDays();
  TRY_ASSIGN(auto query, store.prepare("SELECT day, home, agent, repeats FROM usage_loop "
                                       "WHERE day >= ? ORDER BY day"));
  query.bind(1, from_day);
  return read_all<LoopDay>(query, [](const store::Statement& row) {
    return LoopDay{row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                   row.integer(3)};
  });
}

Result<bool> is_complete(store::Store& store) {
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return false;
  TRY_ASSIGN(auto query, store.prepare("SELECT 1 FROM usage_history"));
  return query.step();
}

Result<std::int64_t> ledger_generation(store::Store& store) {
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return 0;
  TRY_ASSIGN(auto query, store.prepare("SELECT number FROM usage_generation"));
  TRY_ASSIGN(const bool row, query.step());
  return row ? query.integer(0) : 0;
}

}  // namespace clawvigil::usage
