#include "collectors/capability_state.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "collectors/state_database.h"
#include "exporter/host/file.h"

namespace clawvigil {

namespace {

constexpr std::chrono::seconds kQueryBudget{1};
constexpr std::size_t kMaxApprovalBytes = 1024UL * 1024;
constexpr std::size_t kMaxIndexBytes = 8UL * 1024 * 1024;
constexpr std::size_t kMaxPluginDirectories = 1024;

using Database = std::optional<host::ReadOnlyDatabase>;

// The text `sql` selects; nullopt for no row.
Result<std::optional<std::string>> query_text(host::ReadOnlyDatabase& database,
                                              std::string_view sql) {
  TRY_ASSIGN(host::Query query, database.prepare(sql));
  TRY_ASSIGN(const bool row, query.step());
  if (!row) return std::nullopt;
  return std::string(query.text(0));
}

Result<std::optional<std::string>> read_text(const Home& home, std::string_view relative,
                                             std::size_t limit) {
  auto text = home.dir->read_file(relative, limit, host::OpenRules{home.uid});
  if (text) return std::move(*text);
  if (text.error().code == Errc::not_found) return std::nullopt;
  return std::unexpected(std::move(text).error());
}

// From the table if there is one, else from the file.
Result<std::optional<std::string>> read_either(const Home& home, Database& database,
                                               std::string_view table, std::string_view sql,
                                               std::string_view file, std::size_t limit) {
  if (!database) return read_text(home, file, limit);
  TRY_ASSIGN(const bool has_table, database->has_table(table));
  return has_table ? query_text(*database, sql) : read_text(home, file, limit);
}

Result<ExecApprovals> read_approvals(const Home& home, Database& database) {
  TRY_ASSIGN(const auto text,
             read_either(home, database, "exec_approvals_config",
                         "SELECT raw_json FROM exec_approvals_config WHERE config_key = 'current'",
                         "exec-approvals.json", kMaxApprovalBytes));
  return text ? parse_exec_approvals(*text) : ExecApprovals();
}

Result<PluginInstalls> read_installs(const Home& home, Database& database) {
  TRY_ASSIGN(const auto text, read_either(home, database, "config_machine_state",
                                          "SELECT value_json FROM config_machine_state WHERE "
                                          "state_key = 'plugins.installedIndex'",
                                          "plugins/installs.json", kMaxIndexBytes));
  return text ? parse_install_records(*text) : PluginInstalls();
}

Result<std::vector<std::string>> list_plugin_directories(const Home& home) {
  std::vector<std::string> names;
  const auto entries = home.dir->list("extensions", kMaxPluginDirectories);
  if (!entries && entries.error().code == Errc::not_found) return names;
  if (!entries) return prefixed(entries.error(), "extensions");
  for (const host::DirEntry& entry : *entries) {
    if (entry.kind == host::FileKind::directory && is_plugin_directory(entry.name)) {
      names.push_back(entry.name);
    }
  }
  return names;
}

}  // namespace

CapabilityState read_capability_state(const Home& home) {
  auto database = open_state_database(home, kQueryBudget);
  if (!database) {
    const Error& error = database.error();
    return {std::unexpected(error), std::unexpected(error), list_plugin_directories(home)};
  }
  return {read_approvals(home, *database), read_installs(home, *database),
          list_plugin_directories(home)};
}

}  // namespace clawvigil
