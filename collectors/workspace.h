// workspace: the git repositories an agent works in, and one around its configuration (controls H5
// and S5). Who commits and when, what kinds of files are touched, programs that appear, files and
// history that vanish, what lies uncommitted, and where it is all pushed to. Histories and working
// trees are read by child processes that can do no harm; nothing a repository configures is obeyed
// or run.
//
// Reads `.git` of each workspace (collectors/agent_workspaces.h) and of the nearest directory at or
// above the state directory that has one, but "/"; ~/.gitconfig for whose commits are the agent's.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kWorkspaceInfo;
[[nodiscard]] std::unique_ptr<Collector> make_workspace_collector();

}  // namespace clawvigil
