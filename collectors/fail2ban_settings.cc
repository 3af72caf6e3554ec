#include "collectors/fail2ban_settings.h"

#include <algorithm>
#include <array>

#include "collectors/parse/fail2ban_config.h"
#include "collectors/parse/fail2ban_seconds.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::size_t kMaxFiles = 256;
constexpr std::size_t kMaxFileBytes = 1024UL * 1024;
constexpr std::size_t kMaxEntries = 4'096;
constexpr std::string_view kConf = ".conf";
constexpr std::string_view kLocal = ".local";

// Reads the files of one name ("jail") into one configuration.
class Loader {
 public:
  Loader(const host::Root& root, std::string directory)
      : root_(root), directory_(std::move(directory)) {}

  // False if there was no file at all.
  Result<bool> load(std::string_view name) {
    const std::string base = directory_ + "/" + std::string(name);
    for (const std::string_view extension : {kConf, kLocal}) {
      TRY(load_file(base + std::string(extension), {}));
      TRY_ASSIGN(const std::vector<std::string> more, files_of(base + ".d", extension));
      for (const std::string& path : more) TRY(load_file(path, {}));
    }
    return files_ > 0;
  }

  [[nodiscard]] const Fail2banConfig& config() const { return config_; }

 private:
  // Sorted paths of `directory` that end in `extension`.
  [[nodiscard]] Result<std::vector<std::string>> files_of(const std::string& directory,
                                                          std::string_view extension) const {
    std::vector<std::string> paths;
    const auto anchor = root_.anchor(directory);
    if (!anchor) {
      if (anchor.error().code == Errc::not_found) return paths;
      return prefixed(anchor.error(), directory);
    }
    TRY_ASSIGN(const std::vector<host::DirEntry> entries, anchor->list(".", kMaxEntries));
    for (const host::DirEntry& entry : entries) {
      const bool hidden = entry.name.starts_with('.');  // as Python's glob
      if (!hidden && entry.name.ends_with(extension)) paths.push_back(directory + "/" + entry.name);
    }
    std::ranges::sort(paths);
    return paths;
  }

  // The file and what it includes; one that does not exist is skipped.
  Result<> load_file(const std::string& path, std::vector<std::string> above) {
    const auto text = root_.read_system_file(path, kMaxFileBytes);
    if (!text) {
      if (text.error().code == Errc::not_found) return {};
      return prefixed(text.error(), path);
    }
    if (++files_ > kMaxFiles) return fail(Errc::too_large, directory_ + ": more than 256 files");
    const auto includes = Fail2banConfig::includes_of(*text);
    above.push_back(path);
    TRY(load_included(path, includes.before, above));
    TRY(config_.add(*text));
    return load_included(path, includes.after, above);
  }

  // Each with its .local beside it, unless that is listed itself.
  Result<> load_included(const std::string& from, const std::vector<std::string>& names,
                         const std::vector<std::string>& above) {
    const std::string directory = from.substr(0, from.rfind('/'));
    for (const std::string& name : names) {
      const std::string path = name.starts_with('/') ? name : directory + "/" + name;
      if (std::ranges::find(above, path) != above.end()) continue;
      TRY(load_file(path, above));
      const std::string local = name.substr(0, name.rfind('.')) + std::string(kLocal);
      if (std::ranges::find(names, local) != names.end()) continue;
      TRY(load_file(local.starts_with('/') ? local : directory + "/" + local, above));
    }
    return {};
  }

  const host::Root& root_;
  std::string directory_;
  Fail2banConfig config_;
  std::size_t files_ = 0;
};

// What cannot be expanded is as if it were not set; fail2ban refuses such a jail.
std::optional<std::string> text_of(const Fail2banConfig& config, std::string_view section,
                                   std::string_view option) {
  auto value = config.value(section, option);
  if (!value || !*value) return std::nullopt;
  return std::string(trim(**value));
}

std::optional<double> seconds_of(const Fail2banConfig& config, std::string_view section,
                                 std::string_view option) {
  const auto text = text_of(config, section, option);
  return text ? fail2ban_seconds(*text) : std::nullopt;
}

std::optional<double> count_of(const Fail2banConfig& config, std::string_view section,
                               std::string_view option) {
  const auto text = text_of(config, section, option);
  if (!text) return std::nullopt;
  const auto count = parse_integer<std::int64_t>(*text);
  if (!count) return std::nullopt;
  return static_cast<double>(*count);
}

bool is_true(std::string_view text) {
  constexpr std::array<std::string_view, 4> kTrue{"1", "on", "true", "yes"};
  return std::ranges::find(kTrue, to_lower_ascii(text)) != kTrue.end();
}

Fail2banJail jail_of(const Fail2banConfig& config, const std::string& name) {
  Fail2banJail jail;
  jail.name = name;
  jail.enabled = is_true(text_of(config, name, "enabled").value_or(""));
  jail.filter = fail2ban_filter_name(text_of(config, name, "filter").value_or(""));
  jail.max_retry = count_of(config, name, "maxretry");
  jail.find_time = seconds_of(config, name, "findtime");
  jail.ban_time = seconds_of(config, name, "bantime");
  return jail;
}

}  // namespace

Result<Fail2banSettings> read_fail2ban_settings(const host::Root& root,
                                                std::string_view directory) {
  Loader server(root, std::string(directory));
  Loader jails(root, std::string(directory));
  TRY_ASSIGN(const bool has_server, server.load("fail2ban"));
  TRY_ASSIGN(const bool has_jails, jails.load("jail"));
  if (!has_server && !has_jails) {
    return fail(Errc::not_found, std::string(directory) + ": no configuration of fail2ban");
  }
  const auto definition = [&](std::string_view option, std::string_view otherwise) {
    return text_of(server.config(), "Definition", option).value_or(std::string(otherwise));
  };
  Fail2banSettings settings;
  settings.pid_file = definition("pidfile", "/var/run/fail2ban/fail2ban.pid");
  settings.database = definition("dbfile", "/var/lib/fail2ban/fail2ban.sqlite3");
  settings.log_target = fail2ban_filter_name(definition("logtarget", "/var/log/fail2ban.log"));
  settings.log_level = definition("loglevel", "INFO");
  std::ranges::transform(settings.log_level, settings.log_level.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  for (const std::string& name : jails.config().sections()) {
    settings.jails.push_back(jail_of(jails.config(), name));
  }
  return settings;
}

}  // namespace clawvigil
