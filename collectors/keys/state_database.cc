#include "collectors/keys/state_database.h"

#include <algorithm>

#include "collectors/state_database.h"

namespace clawvigil::keys {

namespace {

constexpr std::size_t kMaxAgents = 1'000;
constexpr std::size_t kMaxEntries = 1'024;
constexpr std::size_t kMaxFileBytes = 4UL * 1024 * 1024;
constexpr std::chrono::seconds kQueryBudget{1};
constexpr char kMainAgent[] = "main";

using Database = std::optional<host::ReadOnlyDatabase>;

// {document, time of its last change} of the only row `sql` selects; nullopt without row or table.
struct Document {
  Secret text;
  std::optional<SystemTime> written;
};
Result<std::optional<Document>> read_document(host::ReadOnlyDatabase& database,
                                              std::string_view table, std::string_view sql) {
  TRY_ASSIGN(const bool exists, database.has_table(table));
  if (!exists) return std::nullopt;
  TRY_ASSIGN(host::Query query, database.prepare(sql));
  TRY_ASSIGN(const bool row, query.step());
  if (!row) return std::nullopt;
  return Document{Secret(std::string(query.text(0))),
                  time_from_milliseconds(static_cast<double>(query.integer(1)))};
}

Result<std::vector<DeviceToken>> read_devices(host::ReadOnlyDatabase& database) {
  std::vector<DeviceToken> result;
  TRY_ASSIGN(host::Query query,
             database.prepare("SELECT device_id, tokens_json FROM device_pairing_paired "
                              "WHERE tokens_json IS NOT NULL ORDER BY device_id LIMIT 1024"));
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return result;
    TRY_ASSIGN(auto tokens, parse_device_tokens(query.text(0), query.text(1)));
    std::ranges::move(tokens, std::back_inserter(result));
  }
}

Result<std::vector<StoreEntry>> read_entries(host::ReadOnlyDatabase& database) {
  std::vector<StoreEntry> result;
  TRY_ASSIGN(const bool exists, database.has_table("secret_store_entries"));
  if (!exists) return result;
  TRY_ASSIGN(host::Query query,
             database.prepare("SELECT name, kind = 'secret', value, updated_at_ms "
                              "FROM secret_store_entries WHERE deleted_at_ms IS NULL "
                              "AND scope_kind = 'team' ORDER BY name"));
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return result;
    if (result.size() == kMaxEntries) return fail(Errc::too_large, "more than 1024 secrets");
    result.push_back({std::string(query.text(0)), query.integer(1) != 0,
                      Secret(std::string(query.text(2))),
                      time_from_milliseconds(static_cast<double>(query.integer(3)))});
  }
}

class Reader {
 public:
  explicit Reader(const Home& home) : home_(home) {}

  StoredCredentials read() {
    bool devices_read = false;
    bool files_retired = false;
    auto state = open_state_database(home_, kQueryBudget);
    if (!state) {
      // Whatever the older files say may be outdated: better nothing than that.
      note(state.error());
      return std::move(result_);
    }
    if (*state) read_state(**state, devices_read, files_retired);
    if (!devices_read) read_device_file();
    read_agents(files_retired);
    return std::move(result_);
  }

 private:
  void read_state(host::ReadOnlyDatabase& database, bool& devices_read, bool& files_retired) {
    const auto document =
        read_document(database, "config_machine_state",
                      "SELECT value_json, updated_at_ms FROM config_machine_state "
                      "WHERE state_key = 'authProfiles.store'");
    if (!document) note(document.error());
    if (document && *document) {
      files_retired = true;
      add_profiles("", (*document)->text, (*document)->written);
    }
    const auto has_devices = database.has_table("device_pairing_paired");
    devices_read = !has_devices || *has_devices;
    if (devices_read) keep(read_devices(database), result_.devices);
    keep(read_entries(database), result_.entries);
  }

  void read_device_file() {
    constexpr char kFile[] = "devices/paired.json";
    if (const auto text = read_file(kFile)) {
      keep(parse_paired_devices(text->reveal()), result_.devices);
    }
  }

  void read_agents(bool files_retired) {
    auto listed = home_.dir->list("agents", kMaxAgents);
    if (!listed) return note(listed.error());
    std::ranges::sort(*listed, [](const host::DirEntry& a, const host::DirEntry& b) {
      return std::pair(a.name != kMainAgent, a.name) < std::pair(b.name != kMainAgent, b.name);
    });
    for (const host::DirEntry& entry : *listed) {
      if (entry.kind == host::FileKind::directory) read_agent(entry.name, files_retired);
    }
  }

  void read_agent(const std::string& agent, bool files_retired) {
    const std::string directory = "agents/" + agent + "/agent";
    auto database = open_home_database(home_, directory, "openclaw-agent.sqlite", kQueryBudget);
    if (!database) return note(database.error());
    if (*database) {
      const auto document = read_document(**database, "auth_profile_store",
                                          "SELECT store_json, updated_at FROM auth_profile_store "
                                          "ORDER BY store_key = 'primary' DESC LIMIT 1");
      if (!document) return note(document.error());
      if (*document) return add_profiles(agent, (*document)->text, (*document)->written);
    }
    if (files_retired) return;
    const std::string file = directory + "/auth-profiles.json";
    const auto stat = home_.dir->stat(file);
    if (const auto text = read_file(file)) {
      add_profiles(agent, *text,
                   stat ? std::optional(stat->modified) : std::optional<SystemTime>());
    }
  }

  void add_profiles(const std::string& agent, const Secret& text,
                    std::optional<SystemTime> written) {
    auto profiles = parse_auth_profiles(text.reveal());
    if (!profiles) return note(profiles.error());
    result_.profiles.push_back({agent, std::move(*profiles), written});
  }

  std::optional<Secret> read_file(const std::string& name) {
    auto text = home_.dir->read_file(name, kMaxFileBytes, host::OpenRules{home_.uid});
    if (text) return Secret(std::move(*text));
    note(text.error());
    return std::nullopt;
  }

  template <class T>
  void keep(Result<T> read, T& target) {
    if (!read) return note(read.error());
    target = std::move(*read);
  }

  void note(const Error& error) {
    if (error.code != Errc::not_found) result_.problems.push_back(error);
  }

  const Home& home_;
  StoredCredentials result_;
};

}  // namespace

StoredCredentials read_stored_credentials(const Home& home) { return Reader(home).read(); }

}  // namespace clawvigil::keys
