#include "collectors/pairing_store.h"

#include <set>
#include <string_view>
#include <utility>

#include "collectors/parse/openclaw_pairing.h"
#include "collectors/state_database.h"
#include "exporter/base/milliseconds.h"
#include "exporter/base/strings.h"
#include "exporter/base/utc_time.h"

namespace clawvigil {

namespace {

using Counts = std::map<std::string, std::size_t>;

constexpr std::size_t kMaxFiles = 1024;
constexpr std::size_t kMaxFileBytes = 1024UL * 1024;
constexpr std::chrono::seconds kQueryBudget{1};

Result<Counts> query_approved(host::ReadOnlyDatabase& database) {
  TRY_ASSIGN(host::Query query,
             database.prepare("SELECT channel_key, COUNT(DISTINCT entry) FROM "
                              "channel_pairing_allow_entries WHERE entry NOT IN ('', '*') "
                              "GROUP BY channel_key LIMIT 256"));
  Counts counts;
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return counts;
    counts[std::string(query.text(0))] = static_cast<std::size_t>(query.integer(1));
  }
}

Result<Counts> query_requests(host::ReadOnlyDatabase& database, SystemTime now) {
  TRY_ASSIGN(host::Query query, database.prepare("SELECT channel_key, created_at FROM "
                                                 "channel_pairing_requests LIMIT 4096"));
  Counts counts;
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return counts;
    const auto created = parse_utc_time(query.text(1));
    if (!created || now - *created < kPairingRequestLife) ++counts[std::string(query.text(0))];
  }
}

Result<std::size_t> query_count(host::ReadOnlyDatabase& database, std::string_view sql,
                                std::int64_t oldest_ms) {
  TRY_ASSIGN(host::Query query, database.prepare(sql));
  query.bind(1, oldest_ms);
  TRY_ASSIGN(const bool row, query.step());
  return row ? static_cast<std::size_t>(query.integer(0)) : 0;
}

template <class T>
void keep(Result<T> result, std::optional<T>& target, std::vector<Error>& problems) {
  if (result) {
    target = std::move(*result);
  } else {
    problems.push_back(std::move(result).error());
  }
}

void read_tables(host::ReadOnlyDatabase& database, SystemTime now, PairingState& state) {
  keep(query_approved(database), state.approved, state.problems);
  keep(query_requests(database, now), state.requests, state.problems);
  keep(query_count(database, "SELECT COUNT(*) FROM device_pairing_paired WHERE ?1 IS NOT NULL", 0),
       state.paired_devices, state.problems);
  keep(query_count(database, "SELECT COUNT(*) FROM device_pairing_pending WHERE ts > ?1",
                   to_milliseconds(now - kDeviceRequestLife)),
       state.pending_devices, state.problems);
}

Result<std::string> read_store(const Home& home, const std::string& relative) {
  return home.dir->read_file(relative, kMaxFileBytes, host::OpenRules{home.uid});
}

// Counts the devices of a file; a file that does not exist holds none.
template <class Count>
Result<std::size_t> count_devices(const Home& home, const std::string& relative, Count count) {
  const auto text = read_store(home, relative);
  if (text) return count(*text);
  if (text.error().code == Errc::not_found) return 0;
  return std::unexpected(text.error());
}

Result<std::pair<Counts, Counts>> read_credentials(const Home& home,
                                                   const std::vector<std::string>& channels,
                                                   SystemTime now) {
  std::map<std::string, std::set<std::string>> approved;
  Counts requests;
  const auto entries = home.dir->list("credentials", kMaxFiles);
  if (!entries && entries.error().code != Errc::not_found) return std::unexpected(entries.error());
  for (const host::DirEntry& entry : entries ? *entries : std::vector<host::DirEntry>()) {
    const auto file = pairing_store_file(entry.name, channels);
    if (!file) continue;
    TRY_ASSIGN(const std::string text, read_store(home, "credentials/" + entry.name));
    if (file->kind == StoreFile::Kind::requests) {
      TRY_ASSIGN(const std::size_t count, count_pairing_requests(text, now));
      requests[file->channel] += count;
    } else {
      TRY_ASSIGN(const std::set<std::string> ids, parse_allow_store(text));
      approved[file->channel].insert(ids.begin(), ids.end());
    }
  }
  Counts counts;
  for (const auto& [channel, ids] : approved) counts[channel] = ids.size();
  return std::pair(std::move(counts), std::move(requests));
}

void read_files(const Home& home, const std::vector<std::string>& channels, SystemTime now,
                PairingState& state) {
  auto credentials = read_credentials(home, channels, now);
  if (credentials) {
    state.approved = std::move(credentials->first);
    state.requests = std::move(credentials->second);
  } else {
    state.problems.push_back(std::move(credentials).error());
  }
  keep(count_devices(home, "devices/paired.json", count_paired_devices), state.paired_devices,
       state.problems);
  const auto count_pending = [now](std::string_view text) {
    return count_pending_devices(text, now);
  };
  keep(count_devices(home, "devices/pending.json", count_pending), state.pending_devices,
       state.problems);
}

}  // namespace

PairingState read_pairing_state(const Home& home, const std::vector<std::string>& channels,
                                SystemTime now) {
  PairingState state;
  auto database = open_state_database(home, kQueryBudget);
  if (!database) {
    state.problems.push_back(std::move(database).error());
    return state;
  }
  if (database->has_value()) {
    const auto has_tables = (*database)->has_table("channel_pairing_allow_entries");
    if (!has_tables) {
      state.problems.push_back(has_tables.error());
      return state;
    }
    if (*has_tables) {
      read_tables(**database, now, state);
      return state;
    }
  }
  read_files(home, channels, now, state);
  return state;
}

}  // namespace clawvigil
