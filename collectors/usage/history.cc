#include "collectors/usage/history.h"

#include "collectors/usage/ledger_rows.h"

namespace clawvigil::usage {

namespace {

constexpr std::size_t kMaxRows = 2'000'000;

Result<bool> has_tables(store::Store& store) {
  TRY_ASSIGN(auto known,
             store.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'usage_generation'"));
  return known.step();
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
          {row.real(4), row.integer(5), row.integer(6), row.integer(7), row.integer(8)}};
}

Result<> each_pace(store::Store& store, const std::string& unit, std::int64_t from,
                   const std::function<void(const PaceOfUsage&)>& use) {
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return {};
  TRY_ASSIGN(auto query,
             store.prepare("SELECT " + unit +
                           ", home, agent, trigger, usd, tokens, requests, failed, human_turns "
                           "FROM usage_" +
                           unit + " WHERE " + unit + " >= ? ORDER BY " + unit));
  query.bind(1, from);
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return {};
    use(read_pace(query));
  }
}

Result<std::vector<PaceOfUsage>> pace_history(store::Store& store, const std::string& unit,
                                              std::int64_t from) {
  std::vector<PaceOfUsage> rows;
  TRY(each_pace(store, unit, from, [&](const PaceOfUsage& row) {
    if (rows.size() <= kMaxRows) rows.push_back(row);
  }));
  if (rows.size() > kMaxRows) return fail(Errc::too_large, "the ledger has too many rows");
  return rows;
}

}  // namespace

Result<std::vector<HourOfUsage>> hour_history(store::Store& store, std::int64_t from_hour) {
  TRY_ASSIGN(const bool exists, has_tables(store));
  if (!exists) return std::vector<HourOfUsage>();
  TRY_ASSIGN(auto query,
             store.prepare("SELECT input, output, cache_read, cache_write, requests, failed, "
                           "unpriced_tokens, recorded_usd, recorded_correction, estimated_usd, "
                           "estimated_correction, hour, home, agent, provider, model, trigger, "
                           "channel FROM usage_hour JOIN usage_series ON id = series "
                           "WHERE hour >= ? ORDER BY series, hour"));
  query.bind(1, from_hour);
  return read_all<HourOfUsage>(query, [](const store::Statement& row) {
    return HourOfUsage{
        {std::string(row.text(12)), std::string(row.text(13)), std::string(row.text(14)),
         std::string(row.text(15)), parse::parse_trigger(row.text(16)).value_or(Trigger::unknown),
         std::string(row.text(17))},
        row.integer(11),
        read_totals(row)};
  });
}

Result<std::vector<PaceOfUsage>> slot_history(store::Store& store, std::int64_t from) {
  return pace_history(store, "slot", from);
}

Result<> each_slot(store::Store& store, std::int64_t from,
                   const std::function<void(const PaceOfUsage&)>& use) {
  return each_pace(store, "slot", from, use);
}

Result<std::vector<PaceOfUsage>> minute_history(store::Store& store, std::int64_t from) {
  return pace_history(store, "minute", from);
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
