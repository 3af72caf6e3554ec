#include "exporter/probe/openclaw_program.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <tuple>

#include "collectors/openclaw_settings.h"
#include "collectors/parse/unit_environment.h"
#include "exporter/base/strings.h"

namespace clawvigil::probe {

namespace {

constexpr std::size_t kMaxUnitBytes = 1UL << 20;
constexpr std::size_t kMaxEntries = 4096;
constexpr mode_t kGroupWrites = 020;
constexpr mode_t kOthersWrite = 002;
constexpr std::string_view kCommand = "openclaw";

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/')); }
std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// The object itself, symlink or not.
Result<host::FileStat> look_at(const host::Root& root, const std::string& path) {
  TRY_ASSIGN(const host::Dir directory, root.anchor(directory_of(path)));
  return directory.stat(name_of(path));
}

// Whether only root and the home's user can have put `path` there.
Result<> check_origin(const host::Root& root, const std::string& path, uid_t user) {
  const mode_t writers = user == 0 ? kGroupWrites | kOthersWrite : kOthersWrite;
  TRY_ASSIGN(const host::Dir directory, root.anchor(directory_of(path)));
  for (const std::string_view object : {std::string_view("."), name_of(path)}) {
    TRY_ASSIGN(const host::FileStat found, directory.stat(object));
    const bool link = found.kind == host::FileKind::symlink;
    const bool writable = !link && (found.mode & writers) != 0;
    if ((found.uid != 0 && found.uid != user) || writable) {
      return fail(Errc::unsafe,
                  sanitize(path, 200) + ": not run, because another user could have changed it");
    }
  }
  return {};
}

Result<OpenClawProgram> checked(const host::Root& root, std::vector<std::string> arguments,
                                uid_t user) {
  for (const std::string& path : arguments) TRY(check_origin(root, path, user));
  std::string directory = directory_of(arguments.front());
  return OpenClawProgram{std::move(arguments), std::move(directory)};
}

// ---- units ----

// The unit file and its drop-ins as one text; "" when there is none.
std::string unit_text(const host::Dir& directory, const std::string& name,
                      std::optional<uid_t> owner) {
  std::vector<std::string> files;
  if (const auto drop_ins = directory.list(name + ".d", kMaxEntries)) {
    for (const host::DirEntry& entry : *drop_ins) {
      if (entry.name.ends_with(".conf")) files.push_back(name + ".d/" + entry.name);
    }
  }
  std::ranges::sort(files);
  files.insert(files.begin(), name);
  std::string text;
  for (const std::string& file : files) {
    const auto content = directory.read_file(file, kMaxUnitBytes, {.owner = owner});
    if (content) text += *content + "\n";
  }
  return text;
}

// Units that may start the gateway of `home`, in `path`.
std::vector<std::vector<std::string>> commands_in(const host::Root& root, const std::string& path,
                                                  const Home& home, const host::Account& account,
                                                  bool of_user) {
  std::vector<std::vector<std::string>> found;
  const auto directory = root.anchor(path);
  if (!directory) return found;
  const auto entries = directory->list(".", kMaxEntries);
  if (!entries) return found;
  const std::string profile(profile_of(home));
  for (const host::DirEntry& entry : *entries) {
    if (!entry.name.starts_with(kCommand) || !entry.name.ends_with(".service")) continue;
    const bool of_profile = entry.name.ends_with("-" + profile + ".service");
    if (!profile.empty() && !of_profile) continue;
    const std::string text =
        unit_text(*directory, entry.name, of_user ? std::optional(home.uid) : std::nullopt);
    if (!of_user && unit_user(text) != account.name) continue;
    std::vector<std::string> words = unit_command(text);
    for (std::string& word : words) {
      if (word.starts_with("%h/")) word.replace(0, 2, account.home);
    }
    words = openclaw_of_command(words);
    if (!words.empty()) found.push_back(std::move(words));
  }
  std::ranges::sort(found);
  return found;
}

// ---- prefixes ----

// "v22.14.0" as numbers, for comparison.
std::tuple<int, int, int> version_of(std::string_view name) {
  std::array<int, 3> parts{};
  if (name.starts_with('v')) name.remove_prefix(1);
  const auto words = split(name, '.');
  for (std::size_t i = 0; i < std::min(words.size(), parts.size()); ++i) {
    std::from_chars(words[i].data(), words[i].data() + words[i].size(), parts.at(i));
  }
  return {parts[0], parts[1], parts[2]};
}

// bin directories of nvm, newest node first.
std::vector<std::string> nvm_directories(const host::Root& root, const std::string& account_home) {
  const std::string versions = account_home + "/.nvm/versions/node";
  const auto directory = root.anchor(versions);
  if (!directory) return {};
  const auto entries = directory->list(".", kMaxEntries);
  if (!entries) return {};
  std::vector<std::string> names;
  for (const host::DirEntry& entry : *entries) names.push_back(entry.name);
  std::ranges::sort(names, [](const std::string& left, const std::string& right) {
    return version_of(left) > version_of(right);
  });
  for (std::string& name : names) name = versions + "/" + name + "/bin";
  return names;
}

std::vector<std::string> directories(const host::Root& root, const std::string& account_home) {
  std::vector<std::string> all;
  for (const char* const own : {"/.npm-global/bin", "/.local/bin", "/.openclaw/bin", "/bin"}) {
    all.push_back(account_home + own);
  }
  std::ranges::move(nvm_directories(root, account_home), std::back_inserter(all));
  for (const char* const own : {"/.local/share/pnpm", "/.volta/bin", "/.bun/bin"}) {
    all.push_back(account_home + own);
  }
  all.insert(all.end(), {"/usr/local/bin", "/usr/bin"});
  return all;
}

}  // namespace

std::vector<std::string> openclaw_of_command(const std::vector<std::string>& words) {
  if (words.empty() || !words.front().starts_with('/')) return {};
  if (name_of(words.front()) == kCommand) return {words.front()};
  if (!name_of(words.front()).starts_with("node")) return {};
  const auto script = std::find_if(words.begin() + 1, words.end(),
                                   [](const std::string& word) { return !word.starts_with("-"); });
  if (script == words.end() || !script->starts_with('/')) return {};
  const bool javascript = script->ends_with(".js") || script->ends_with(".mjs");
  if (!javascript || script->find("/openclaw/") == std::string::npos) return {};
  return {words.front(), *script};
}

Result<OpenClawProgram> find_openclaw(const host::Root& root, const Home& home,
                                      const host::Account& account) {
  auto commands = commands_in(root, account.home + "/.config/systemd/user", home, account, true);
  std::ranges::move(commands_in(root, "/etc/systemd/system", home, account, false),
                    std::back_inserter(commands));
  for (const std::string& directory : directories(root, account.home)) {
    commands.push_back({directory + "/" + std::string(kCommand)});
  }
  for (std::vector<std::string>& command : commands) {
    const bool all_there = std::ranges::all_of(
        command, [&](const std::string& path) { return look_at(root, path).has_value(); });
    if (all_there) return checked(root, std::move(command), home.uid);
  }
  return fail(Errc::unsupported,
              "no openclaw command was found for " + sanitize(account.name) +
                  "; if it is installed elsewhere, make /usr/local/bin/openclaw a link to it; a "
                  "gateway in a container cannot be audited from outside");
}

}  // namespace clawvigil::probe
