#include "alerts/notify/dispatcher_state.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "alerts/notify/row_time.h"

namespace clawvigil::notify {

namespace {

std::string times_to_row(const std::vector<SystemTime>& times) {
  auto list = nlohmann::json::array();
  for (const SystemTime time : times) list.push_back(to_row(time));
  return list.dump();
}

std::vector<SystemTime> times_from_row(std::string_view text) {
  std::vector<SystemTime> times;
  const auto list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array()) return times;
  for (const auto& entry : list) {
    if (entry.is_number_integer()) times.push_back(from_row(entry.get<std::int64_t>()));
  }
  return times;
}

Result<> ensure_tables(store::Store& store) {
  return store.ensure_schema(
      "CREATE TABLE IF NOT EXISTS notify_alerts("
      "fingerprint INTEGER PRIMARY KEY, alert TEXT NOT NULL, firings TEXT NOT NULL,"
      "gone INTEGER NOT NULL);"
      "CREATE TABLE IF NOT EXISTS notify_told("
      "receiver TEXT NOT NULL, fingerprint INTEGER NOT NULL, at INTEGER NOT NULL,"
      "firing INTEGER NOT NULL, owed INTEGER NOT NULL, PRIMARY KEY(receiver, fingerprint));"
      "CREATE TABLE IF NOT EXISTS notify_pace("
      "receiver TEXT PRIMARY KEY, sent TEXT NOT NULL, digest INTEGER NOT NULL,"
      "given_up INTEGER NOT NULL)");
}

// Fingerprints use all 64 bits; SQLite's integers are signed.
std::int64_t key_to_row(std::uint64_t fingerprint) {
  return static_cast<std::int64_t>(fingerprint);
}
std::uint64_t key_from_row(std::int64_t value) { return static_cast<std::uint64_t>(value); }

// Calls `read` for every row.
template <class Read>
Result<> each_row(store::Store& store, std::string_view sql, Read read) {
  TRY_ASSIGN(store::Statement select, store.prepare(sql));
  while (true) {
    TRY_ASSIGN(const bool row, select.step());
    if (!row) return {};
    read(select);
  }
}

Result<> save_records(store::Store& store, const DispatcherState& state) {
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT OR REPLACE INTO notify_alerts VALUES(?1, ?2, ?3, ?4)"));
  for (const auto& [fingerprint, record] : state.records) {
    if (!record.dirty) continue;
    TRY(insert.bind(1, key_to_row(fingerprint))
            .bind(2, to_json(record.alert))
            .bind(3, times_to_row(record.firings))
            .bind(4, std::int64_t{record.gone})
            .run());
  }
  TRY_ASSIGN(store::Statement remove,
             store.prepare("DELETE FROM notify_alerts WHERE fingerprint = ?1"));
  for (const std::uint64_t fingerprint : state.forgotten_records) {
    TRY(remove.bind(1, key_to_row(fingerprint)).run());
  }
  return {};
}

Result<> save_told(store::Store& store, const DispatcherState& state) {
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT OR REPLACE INTO notify_told VALUES(?1, ?2, ?3, ?4, ?5)"));
  for (const auto& [key, told] : state.told) {
    if (!told.dirty) continue;
    TRY(insert.bind(1, key.first)
            .bind(2, key_to_row(key.second))
            .bind(3, to_row(told.at))
            .bind(4, std::int64_t{told.firing})
            .bind(5, std::int64_t{told.owed})
            .run());
  }
  TRY_ASSIGN(store::Statement remove,
             store.prepare("DELETE FROM notify_told WHERE receiver = ?1 AND fingerprint = ?2"));
  for (const ToldKey& key : state.forgotten_told) {
    TRY(remove.bind(1, key.first).bind(2, key_to_row(key.second)).run());
  }
  return {};
}

Result<> save_paces(store::Store& store, const DispatcherState& state) {
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT OR REPLACE INTO notify_pace VALUES(?1, ?2, ?3, ?4)"));
  for (const auto& [receiver, pace] : state.paces) {
    if (!pace.dirty) continue;
    TRY(insert.bind(1, receiver)
            .bind(2, times_to_row(pace.sent))
            .bind(3, to_row(pace.digest))
            .bind(4, static_cast<std::int64_t>(pace.given_up))
            .run());
  }
  return {};
}

bool any_dirty(const auto& map) {
  return std::ranges::any_of(map, [](const auto& entry) { return entry.second.dirty; });
}

}  // namespace

Result<> DispatcherState::load(store::Store& store) {
  TRY(ensure_tables(store));
  DispatcherState read;
  TRY(each_row(store, "SELECT fingerprint, alert, firings, gone FROM notify_alerts",
               [&](const store::Statement& row) {
                 auto alert = alert_from_json(row.text(1));
                 if (!alert) return;
                 if (alert->state != alerts::AlertState::firing && !alert->resolved_at) {
                   alert->resolved_at = alert->active_at;
                 }
                 AlertRecord& record = read.records[key_from_row(row.integer(0))];
                 record.alert = *std::move(alert);
                 record.firings = times_from_row(row.text(2));
                 record.gone = row.integer(3) != 0;
               }));
  TRY(each_row(store, "SELECT receiver, fingerprint, at, firing, owed FROM notify_told",
               [&](const store::Statement& row) {
                 Told& entry = read.told[{std::string(row.text(0)), key_from_row(row.integer(1))}];
                 entry.at = from_row(row.integer(2));
                 entry.firing = row.integer(3) != 0;
                 entry.owed = row.integer(4) != 0;
               }));
  TRY(each_row(store, "SELECT receiver, sent, digest, given_up FROM notify_pace",
               [&](const store::Statement& row) {
                 Pace& pace = read.paces[std::string(row.text(0))];
                 pace.sent = times_from_row(row.text(1));
                 pace.digest = from_row(row.integer(2));
                 pace.given_up = static_cast<std::uint64_t>(row.integer(3));
               }));
  read.clean();
  *this = std::move(read);
  return {};
}

Result<> DispatcherState::save(store::Store& store) const {
  const bool has_records = any_dirty(records) || !forgotten_records.empty();
  const bool has_told = any_dirty(told) || !forgotten_told.empty();
  const bool has_paces = any_dirty(paces);
  if (has_records || has_told || has_paces) TRY(ensure_tables(store));  // load() may have failed
  if (has_records) TRY(save_records(store, *this));
  if (has_told) TRY(save_told(store, *this));
  if (has_paces) TRY(save_paces(store, *this));
  return {};
}

void DispatcherState::clean() {
  for (auto& [key, record] : records) record.dirty = false;
  for (auto& [key, entry] : told) entry.dirty = false;
  for (auto& [key, pace] : paces) pace.dirty = false;
  forgotten_records.clear();
  forgotten_told.clear();
}

}  // namespace clawvigil::notify
