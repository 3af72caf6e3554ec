#include "collectors/updates/openclaw_install.h"

#include <algorithm>
#include <array>
#include <utility>

#include "collectors/access/log_place.h"
#include "collectors/parse/node_range.h"
#include "collectors/state_database.h"

namespace clawvigil::updates {

namespace {

constexpr std::size_t kMaxPackage = 1024UL * 1024;
constexpr std::size_t kMaxCheck = 64UL * 1024;

// Packages are root's or the user's; package managers that share files between them link them.
host::OpenRules any_owner() { return {.owner = std::nullopt, .allow_links = true}; }

struct FoundPackage {
  parse::OpenClawPackage package;
  std::optional<SystemTime> built;
};

// What the end of a log says. A single line may be long, such as a configuration schema printed by
// a command: then more of it is read.
std::optional<parse::LogOrigin> read_origin(const host::File& file) {
  constexpr std::array<std::uint64_t, 2> kEnds = {128UL * 1024, 2UL * 1024 * 1024};
  std::optional<parse::LogOrigin> origin;
  for (const std::uint64_t end : kEnds) {
    const auto stat = file.stat();
    if (!stat) return std::nullopt;
    std::string text(std::min(end, stat->size), '\0');
    const auto count = file.read_at(stat->size - text.size(), text);
    text.resize(count.value_or(0));
    if (text.size() == stat->size) text.insert(0, "\n");  // it begins with a whole line
    origin = parse::last_log_origin(text);
    if (origin || stat->size <= end) break;
  }
  return origin;
}

// Of the home's newest log file.
std::optional<parse::LogOrigin> read_log_origin(const Context& context, const Home& home,
                                                const OpenClawSettings& settings) {
  constexpr std::size_t kMaxEntries = 10'000;
  const auto places = log_places(home, settings.log_file, owns_default_log(context.homes, home));
  for (const LogPlace& place : places.value_or(std::vector<LogPlace>{})) {
    const auto directory = context.root.anchor(place.directory);
    const auto entries =
        directory ? directory->list(".", kMaxEntries)
                  : Result<std::vector<host::DirEntry>>(std::unexpected(directory.error()));
    std::optional<std::pair<SystemTime, std::string>> newest;
    for (const host::DirEntry& entry : entries.value_or(std::vector<host::DirEntry>{})) {
      if (!belongs_to(place, entry.name)) continue;
      const auto stat = directory->stat(entry.name);
      if (!stat || stat->kind != host::FileKind::regular || stat->uid != home.uid) continue;
      newest = std::max(newest, std::optional(std::pair(stat->modified, entry.name)));
    }
    if (!newest) continue;
    const auto file = directory->open_file(newest->second, host::OpenRules{home.uid});
    if (file) return read_origin(*file);
  }
  return std::nullopt;
}

std::vector<std::string> usual_packages(const Home& home) {
  const std::string account = home.path.substr(0, home.path.rfind('/'));
  return {"/usr/lib/node_modules/openclaw", "/usr/local/lib/node_modules/openclaw",
          account + "/.npm-global/lib/node_modules/openclaw",
          account + "/.local/lib/node_modules/openclaw",
          account + "/.local/share/pnpm/global/5/node_modules/openclaw"};
}

Result<FoundPackage> read_package(const Context& context, const std::string& path) {
  TRY_ASSIGN(const host::Dir directory, context.root.anchor(path));
  TRY_ASSIGN(const std::string text, directory.read_file("package.json", kMaxPackage, any_owner()));
  TRY_ASSIGN(auto package, parse::parse_openclaw_package(text));
  FoundPackage found{.package = std::move(package), .built = std::nullopt};
  const auto build = directory.read_file("dist/build-info.json", kMaxPackage, any_owner());
  if (build) found.built = parse::parse_build_time(*build, found.package.version);
  return found;
}

std::optional<FoundPackage> find_package(const Context& context, const Home& home,
                                         const std::string& by_log) {
  std::vector<std::string> paths = usual_packages(home);
  if (!by_log.empty()) paths.insert(paths.begin(), by_log);
  for (const std::string& path : paths) {
    if (auto found = read_package(context, path)) return std::move(*found);
  }
  return std::nullopt;
}

Result<std::string> first_text(host::ReadOnlyDatabase& database, std::string_view table,
                               std::string_view query) {
  TRY_ASSIGN(const bool exists, database.has_table(table));
  if (!exists) return std::string();
  TRY_ASSIGN(auto rows, database.prepare(query));
  TRY_ASSIGN(const bool found, rows.step());
  if (!found) return std::string();
  return std::string(rows.text(0));
}

// What the state database (since 2026.6) says.
struct StateFacts {
  bool exists = false;
  std::string version;
  std::string check;  // JSON, "" if there is none; then the parts of it
  std::string checked;
  std::string available;
};

Result<StateFacts> read_state(const Home& home) {
  constexpr Duration kBudget = std::chrono::seconds(2);
  TRY_ASSIGN(auto database, open_state_database(home, kBudget));
  if (!database) return StateFacts{};
  StateFacts facts;
  facts.exists = true;
  TRY_ASSIGN(facts.version,
             first_text(*database, "schema_meta",
                        "SELECT app_version FROM schema_meta WHERE meta_key = 'primary'"));
  TRY_ASSIGN(facts.check, first_text(*database, "config_machine_state",
                                     "SELECT value_json FROM config_machine_state WHERE state_key "
                                     "= 'update.checkState'"));
  if (!facts.check.empty()) return facts;
  // Between 2026.6 and the twelfth schema it had a table of its own.
  TRY_ASSIGN(facts.checked,
             first_text(*database, "update_check_state",
                        "SELECT last_checked_at FROM update_check_state WHERE state_key = "
                        "'default'"));
  TRY_ASSIGN(facts.available,
             first_text(*database, "update_check_state",
                        "SELECT last_available_version FROM update_check_state WHERE state_key = "
                        "'default'"));
  return facts;
}

// nullopt with a problem noted when it cannot be told.
std::optional<parse::UpdateCheck> read_check(const Home& home, const StateFacts& state,
                                             std::vector<Error>& problems) {
  std::string text = state.check;
  if (!state.exists) {
    auto file = home.dir->read_file("update-check.json", kMaxCheck, host::OpenRules{home.uid});
    if (!file && file.error().code != Errc::not_found) problems.push_back(file.error());
    if (!file && file.error().code != Errc::not_found) return std::nullopt;
    text = file.value_or("");
  }
  auto check = text.empty() ? parse::make_update_check(state.checked, state.available)
                            : parse::parse_update_check(text);
  if (check) return *check;
  problems.push_back(prefixed(check.error(), "the record of OpenClaw's update check").error());
  return std::nullopt;
}

}  // namespace

OpenClawInstall read_openclaw_install(const Context& context, const Home& home,
                                      const OpenClawSettings& settings) {
  OpenClawInstall install;
  const auto state = read_state(home);
  if (state) {
    install.check = read_check(home, *state, install.check_problems);
  } else {
    install.check_problems.push_back(state.error());
  }
  const auto origin = read_log_origin(context, home, settings);
  if (origin) install.node_version = origin->node_version;
  const auto package = find_package(context, home, origin ? origin->package : std::string());
  for (const std::string& version :
       {state ? state->version : std::string(), package ? package->package.version : std::string(),
        settings.version}) {
    if (install.version.empty() && parse::looks_like_version(version)) install.version = version;
  }
  if (package && package->package.version == install.version) {
    install.released = package->built;
    install.node_supported =
        parse::is_in_node_range(install.node_version, package->package.node_range);
  }
  if (!install.released) install.released = parse::end_of_month(install.version);
  if (!install.node_supported && install.version.empty()) {
    install.install_problems.push_back({Errc::not_found, "no trace of OpenClaw's version"});
  } else if (!install.node_supported) {
    install.install_problems.push_back(
        {Errc::not_found, "which Node.js OpenClaw " + install.version +
                              " runs on or needs: neither its log nor a "
                              "package tells"});
  }
  return install;
}

}  // namespace clawvigil::updates
