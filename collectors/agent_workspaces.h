// The workspaces of the agents of one home: `workspace*` of the state directory, and what
// agents.defaults.workspace and agents.*.workspace name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/parse/openclaw_config.h"
#include "exporter/collect/homes.h"
#include "exporter/host/file.h"
#include "exporter/host/passwd.h"

namespace clawvigil {

struct Workspace {
  std::string path;  // absolute
  std::shared_ptr<const host::Dir> directory;
  std::string agent;  // the id of the agent whose settings name it; "" for all others
};

struct Workspaces {
  static constexpr std::size_t kMax = 16;

  std::vector<Workspace> all;   // sorted by path
  std::vector<Error> problems;  // one that exists and cannot be looked at
};

// Each must be a directory that belongs to the owner of the home, not a symlink. One that does not
// exist is no problem. "~" is the home directory of `account`.
[[nodiscard]] Workspaces find_workspaces(const Home& home, const OpenClawSettings& settings,
                                         const host::Root& root,
                                         const std::optional<host::Account>& account);

// The account a home belongs to, unless its home directory is "/".
[[nodiscard]] std::optional<host::Account> find_account(const Home& home, const host::Root& root);

// A path as the settings have it. nullopt: not absolute, so that it depends on where the gateway
// was started, or "/".
[[nodiscard]] std::optional<std::string> absolute_path(std::string written,
                                                       const std::optional<host::Account>& account);

// unsafe: it belongs to somebody else than `owner`.
[[nodiscard]] Result<std::shared_ptr<const host::Dir>> open_own_directory(const host::Root& root,
                                                                          const std::string& path,
                                                                          uid_t owner);

}  // namespace clawvigil
