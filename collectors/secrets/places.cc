#include "collectors/secrets/places.h"

#include <algorithm>
#include <array>

#include "collectors/access/log_place.h"
#include "collectors/openclaw_settings.h"
#include "exporter/base/strings.h"

namespace clawvigil::secrets {

namespace {

// Read into every conversation (OpenClaw's bootstrap files), in lower case.
constexpr std::array<std::string_view, 8> kInstructions = {
    "soul.md",      "agents.md",    "tools.md", "identity.md",
    "heartbeat.md", "bootstrap.md", "boot.md",  "claude.md"};
constexpr std::array<std::string_view, 2> kMemory = {"memory.md", "user.md"};
constexpr std::array<std::string_view, 17> kForeignDirectories = {
    "node_modules", ".git",        ".hg",           ".svn",        ".venv",     "venv",
    "__pycache__",  ".cache",      ".npm",          ".pnpm-store", ".yarn",     "site-packages",
    ".tox",         ".mypy_cache", ".pytest_cache", ".gradle",     ".terraform"};
constexpr std::array<std::string_view, 5> kStateDirectories = {"skills", "hooks", "cron", "scripts",
                                                               "prompts"};
constexpr std::array<std::string_view, 6> kStateNotes = {".md", ".txt", ".sh",
                                                         ".py", ".js",  ".mjs"};
constexpr std::array<std::string_view, 15> kShellFiles = {".bashrc",
                                                          ".bash_profile",
                                                          ".bash_login",
                                                          ".bash_aliases",
                                                          ".profile",
                                                          ".zshrc",
                                                          ".zprofile",
                                                          ".zshenv",
                                                          ".zlogin",
                                                          ".bash_history",
                                                          ".zsh_history",
                                                          ".xprofile",
                                                          ".pam_environment",
                                                          ".config/fish/config.fish",
                                                          ".local/share/fish/fish_history"};

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_one_of(std::string_view name, auto const& names) {
  return std::ranges::find(names, name) != names.end();
}

bool is_memory_directory(std::string_view relative) {
  return relative == "memory" || relative.starts_with("memory/");
}

// Instructions and memory, which the small tree of a workspace is.
std::optional<Location> place_of_steering(std::string_view relative) {
  if (is_memory_directory(relative)) return Location::memory;
  if (relative.contains('/')) return std::nullopt;
  const std::string name = to_lower_ascii(relative);
  if (is_one_of(name, kMemory)) return Location::memory;
  if (is_one_of(name, kInstructions)) return Location::instructions;
  return std::nullopt;
}

std::optional<Location> place_of_rest(std::string_view relative) {
  const auto place = place_in_workspace(relative);
  const bool is_rest = place == Location::workspace || place == Location::env_files;
  return is_rest ? place : std::nullopt;
}

bool enters_rest(std::string_view relative) {
  return !is_memory_directory(relative) && is_own_directory(relative);
}

std::optional<Location> place_in_state(std::string_view relative) {
  const std::size_t slash = relative.find('/');
  if (slash != std::string_view::npos) {
    return is_one_of(relative.substr(0, slash), kStateDirectories) ? std::optional(Location::state)
                                                                   : std::nullopt;
  }
  const bool note = std::ranges::any_of(
      kStateNotes, [&](std::string_view ending) { return relative.ends_with(ending); });
  return note ? std::optional(Location::state) : std::nullopt;
}

bool enters_state(std::string_view relative) {
  return is_one_of(relative.substr(0, relative.find('/')), kStateDirectories) &&
         is_own_directory(relative);
}

std::optional<Location> place_in_home(std::string_view relative) {
  return is_one_of(relative, kShellFiles) ? std::optional(Location::shell) : std::nullopt;
}

bool enters_home(std::string_view relative) {
  return std::ranges::any_of(kShellFiles, [&](std::string_view file) {
    return file.size() > relative.size() && file.starts_with(relative) &&
           file[relative.size()] == '/';
  });
}

class Finder {
 public:
  Finder(const Home& home, const OpenClawSettings& settings, const host::Root& root)
      : home_(home), settings_(settings), root_(root), account_(find_account(home, root)) {}

  Places run() && {
    Workspaces found = find_workspaces(home_, settings_, root_, account_);
    places_.workspaces = std::move(found.all);
    places_.problems = std::move(found.problems);
    for (const Workspace& workspace : places_.workspaces) {
      places_.small.push_back({workspace.path, workspace.directory, place_of_steering,
                               is_memory_directory, Location::instructions});
      places_.big.push_back(
          {workspace.path, workspace.directory, place_of_rest, enters_rest, Location::workspace});
    }
    places_.small.push_back({home_.path, home_.dir, place_in_state, enters_state, Location::state});
    if (account_) {
      auto directory = open_own_directory(root_, account_->home, home_.uid);
      if (!directory) {
        constexpr std::size_t kShown = 200;
        places_.problems.push_back(
            prefixed(directory.error(), "home directory " + sanitize(account_->home, kShown))
                .error());
      } else {
        places_.small.push_back(
            {account_->home, *directory, place_in_home, enters_home, Location::shell});
      }
    }
    find_logs();
    return std::move(places_);
  }

 private:
  void find_logs() {
    add_logs(home_.path + "/logs", [](std::string_view name) {
      return name.contains(".log") || name.contains(".jsonl");
    });
    const std::string_view profile = profile_of(home_);
    const std::string prefix =
        profile.empty() ? "openclaw-" : "openclaw-" + profile_segment(profile) + "-";
    const auto dated = [prefix](std::string_view name) {
      return name.starts_with(prefix) && name.size() > prefix.size() &&
             name[prefix.size()] >= '0' && name[prefix.size()] <= '9' && name.contains(".log");
    };
    const std::string fallback = "openclaw-" + std::to_string(home_.uid);
    for (const std::string& path :
         {std::string("/tmp/openclaw"), "/tmp/" + fallback, home_.path + "/tmp/" + fallback}) {
      add_logs(path, dated);
    }
    if (const auto file = absolute_path(settings_.log_file, account_)) {
      const std::size_t slash = file->rfind('/');
      const std::string name = file->substr(slash + 1);
      add_logs(slash == 0 ? "/" : file->substr(0, slash),
               [name](std::string_view candidate) { return candidate.starts_with(name); });
    }
  }

  // The directory may be another's (/var/log): the files in it must be the owner's.
  void add_logs(const std::string& path, std::function<bool(std::string_view)> belongs) {
    auto directory = root_.anchor(path);
    if (!directory) return;
    places_.logs.push_back(
        {path, std::make_shared<const host::Dir>(std::move(*directory)), std::move(belongs)});
  }

  const Home& home_;
  const OpenClawSettings& settings_;
  const host::Root& root_;
  std::optional<host::Account> account_;
  Places places_;
};

}  // namespace

Places find_places(const Home& home, const OpenClawSettings& settings, const host::Root& root) {
  return Finder(home, settings, root).run();
}

std::optional<Location> place_in_workspace(std::string_view relative) {
  if (const auto steering = place_of_steering(relative)) return steering;
  const std::size_t slash = relative.rfind('/');
  if (slash != std::string_view::npos && !is_own_directory(relative.substr(0, slash))) {
    return std::nullopt;
  }
  const std::string_view name = file_name(relative);
  const bool env = name == ".env" || name.starts_with(".env.") || name == ".envrc" ||
                   (name.ends_with(".env") && name.size() > 4);
  return env ? Location::env_files : Location::workspace;
}

bool is_own_directory(std::string_view relative) {
  return std::ranges::none_of(split(relative, '/'), [](std::string_view part) {
    return is_one_of(part, kForeignDirectories);
  });
}

}  // namespace clawvigil::secrets
