#include "collectors/parse/workspace_files.h"

#include <algorithm>
#include <array>
#include <string>

#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

constexpr std::array<std::string_view, kFileClasses> kNames = {
    "instructions", "memory", "skills", "config",    "env",
    "ssh",          "ci",     "hooks",  "submodule", "unread"};

constexpr std::array<std::string_view, 9> kInstructions = {
    "soul.md",      "agents.md",    "tools.md", "identity.md", "user.md",
    "heartbeat.md", "bootstrap.md", "boot.md",  "claude.md"};
constexpr std::array<std::string_view, 12> kConfig = {
    "openclaw.json", "openclaw.json5",   "auth-profiles.json",
    "mcp.json",      ".mcp.json",        ".npmrc",
    ".netrc",        ".pypirc",          ".gitconfig",
    ".yarnrc.yml",   ".git-credentials", "credentials.json"};
constexpr std::array<std::string_view, 7> kCi = {
    ".gitlab-ci.yml", ".gitlab-ci.yaml",        "jenkinsfile", "azure-pipelines.yml", ".drone.yml",
    ".travis.yml",    "bitbucket-pipelines.yml"};
constexpr std::array<std::string_view, 6> kCiDirectories = {
    ".github", ".circleci", ".gitea", ".forgejo", ".woodpecker", ".buildkite"};
constexpr std::array<std::string_view, 4> kEnvExamples = {".example", ".sample", ".template",
                                                          ".dist"};
constexpr std::array<std::string_view, 5> kSshKeys = {"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519",
                                                      "id_ed25519_sk"};

bool is_one_of(std::string_view name, auto const& names) {
  return std::ranges::find(names, name) != names.end();
}

bool is_env(std::string_view name) {
  if (std::ranges::any_of(kEnvExamples,
                          [&](std::string_view end) { return name.ends_with(end); })) {
    return false;
  }
  return name == ".env" || name.starts_with(".env.") || name == ".envrc" ||
         (name.ends_with(".env") && name.size() > 4);
}

// `part` is a directory of the path.
bool has_directory(std::string_view path, std::string_view part) {
  while (true) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return false;
    if (path.substr(0, slash) == part) return true;
    path.remove_prefix(slash + 1);
  }
}

bool is_ci(std::string_view path, std::string_view name) {
  return is_one_of(name, kCi) || std::ranges::any_of(kCiDirectories, [&](std::string_view part) {
           return has_directory(path, part);
         });
}

}  // namespace

std::string_view to_string(FileClass file_class) {
  return kNames.at(static_cast<std::size_t>(file_class));
}

std::optional<FileClass> file_class_of(std::string_view path) {
  const std::string lower = to_lower_ascii(path);
  const std::string_view all = lower;
  const std::string_view name = all.substr(all.rfind('/') + 1);
  const bool at_top = name.size() == all.size();
  if (has_directory(all, ".ssh") || name == "authorized_keys" || is_one_of(name, kSshKeys)) {
    return FileClass::ssh;
  }
  if (is_env(name)) return FileClass::env;
  if (name == ".gitmodules") return FileClass::submodule;
  if (is_one_of(name, kConfig)) return FileClass::config;
  if (is_ci(all, name)) return FileClass::ci;
  if (all.starts_with("hooks/") || has_directory(all, ".husky") ||
      has_directory(all, ".githooks")) {
    return FileClass::hooks;
  }
  if (has_directory(all, "skills") || name == "skill.md") return FileClass::skills;
  if (at_top && is_one_of(name, kInstructions)) return FileClass::instructions;
  if ((at_top && name == "memory.md") || all.starts_with("memory/")) return FileClass::memory;
  return std::nullopt;
}

bool begins_as_program(std::string_view content) {
  return content.starts_with("#!") || content.starts_with(
                                          "\x7F"
                                          "ELF");
}

}  // namespace clawvigil::parse
