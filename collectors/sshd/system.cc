#include "collectors/sshd/system.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <map>

#include "collectors/parse/group_file.h"
#include "exporter/base/strings.h"

namespace clawvigil::sshd {

namespace {

constexpr std::size_t kMaxConfig = 256UL * 1024;
constexpr std::size_t kMaxGroups = 4UL * 1024 * 1024;
constexpr std::size_t kMaxEntries = 4'096;

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

// glob(3): the paths that exist, in the order of their bytes.
Result<std::vector<std::string>> expand(const host::Root& root, const std::string& pattern) {
  std::vector<std::string> paths = {""};
  for (const std::string_view part : split(std::string_view(pattern).substr(1), '/')) {
    if (part.empty()) continue;
    std::vector<std::string> longer;
    for (const std::string& path : paths) {
      if (!has_wildcard(part)) {
        longer.push_back(path + "/" + std::string(part));
        continue;
      }
      const auto directory = root.anchor(path.empty() ? "/." : path + "/.");
      if (!directory && directory.error().code == Errc::not_found) continue;
      if (!directory) return std::unexpected(directory.error());
      TRY_ASSIGN(const auto entries, directory->list(".", kMaxEntries));
      for (const host::DirEntry& entry : entries) {
        if (::fnmatch(std::string(part).c_str(), entry.name.c_str(), FNM_PERIOD) == 0) {
          longer.push_back(path + "/" + entry.name);
        }
      }
      if (longer.size() > kMaxEntries) return fail(Errc::too_large, "Include: too many files");
    }
    paths = std::move(longer);
  }
  std::ranges::sort(paths);
  return paths;
}

Result<std::vector<std::string>> read_included(const host::Root& root, std::string_view pattern) {
  const std::string absolute =
      pattern.starts_with('/') ? std::string(pattern) : "/etc/ssh/" + std::string(pattern);
  TRY_ASSIGN(const std::vector<std::string> paths, expand(root, absolute));
  if (paths.size() > kMaxSshdFiles) return fail(Errc::too_large, "Include: too many files");
  std::vector<std::string> texts;
  for (const std::string& path : paths) {
    auto text = root.read_system_file(path, kMaxConfig);
    if (!text && text.error().code == Errc::not_found) continue;
    if (!text) return prefixed(text.error(), "sshd_config: Include");
    texts.push_back(std::move(*text));
  }
  return texts;
}

}  // namespace

bool installed(const host::Root& root) {
  return std::ranges::any_of(std::array{"/usr/sbin/.", "/usr/local/sbin/."},
                             [&](const char* place) {
                               const auto directory = root.anchor(place);
                               return directory && directory->stat("sshd").has_value();
                             });
}

Result<std::vector<SshdLine>> read_config(const host::Root& root, std::string_view path) {
  TRY_ASSIGN(const std::string text, root.read_system_file(path, kMaxConfig));
  return parse_sshd_lines(
      text, [&root](std::string_view pattern) { return read_included(root, pattern); });
}

Result<std::vector<LoginAccount>> read_login_accounts(const host::Root& root) {
  TRY_ASSIGN(const std::vector<host::Account> accounts, host::read_accounts(root));
  TRY_ASSIGN(const std::string text, root.read_system_file("/etc/group", kMaxGroups));
  const std::vector<parse::Group> groups = parse::parse_group_file(text);
  std::map<gid_t, std::string_view> names;
  std::map<std::string_view, std::vector<std::string>> memberships;
  for (const parse::Group& group : groups) {
    names.try_emplace(group.gid, group.name);
    for (const std::string& member : group.members) memberships[member].push_back(group.name);
  }
  std::vector<LoginAccount> result;
  for (const host::Account& account : accounts) {
    LoginAccount login{account, memberships[account.name]};
    if (const auto own = names.find(account.gid); own != names.end()) {
      login.groups.emplace_back(own->second);
    }
    result.push_back(std::move(login));
  }
  return result;
}

}  // namespace clawvigil::sshd
