// Where the secrets of one home may have ended up: its workspaces, its state directory, the home
// directory of its user, the directories it logs to.
//
// What belongs to the collector "keys" is not looked at here: openclaw.json and its copies, .env,
// credentials, auth profiles and databases of the state directory hold secrets by their purpose.
// Neither are transcripts (agents/): they hold whatever was ever said.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/agent_workspaces.h"
#include "collectors/parse/openclaw_config.h"
#include "collectors/secrets/tree_scan.h"
#include "exporter/collect/homes.h"
#include "exporter/host/file.h"

namespace clawvigil::secrets {

struct LogDirectory {
  std::string path;  // absolute
  std::shared_ptr<const host::Dir> directory;
  std::function<bool(std::string_view name)> belongs;
};

struct Places {
  std::vector<Workspace> workspaces;
  std::vector<Tree> small;  // instructions, memory, state, shell: looked at in every run
  std::vector<Tree> big;    // the rest of the workspaces
  std::vector<LogDirectory> logs;
  std::vector<Error> problems;  // a workspace or home directory that cannot be looked at
};

// The workspaces are those of find_workspaces().
[[nodiscard]] Places find_places(const Home& home, const OpenClawSettings& settings,
                                 const host::Root& root);

// The place of a file in a workspace: instructions, memory, env_files or workspace; nullopt in
// directories of dependencies and caches. Pure.
[[nodiscard]] std::optional<Location> place_in_workspace(std::string_view relative);
// False for node_modules, .git, virtual environments and caches. Pure.
[[nodiscard]] bool is_own_directory(std::string_view relative);

}  // namespace clawvigil::secrets
