// Which program is the openclaw command of a home, and with what it is to be run.
//
// Looked for, the first that is there: what the gateway's own units start (~/.config/systemd/user
// and /etc/systemd/system); then the bin directories npm, pnpm, nvm and OpenClaw's installers use,
// below the account's home directory and in /usr/local and /usr. An owner who has it elsewhere
// makes /usr/local/bin/openclaw a link to it.
//
// The program may be one the agent can change. It is run as the agent's own user, so it can do
// nothing the agent could not do anyway; a program that yet another user could have changed is
// refused, and for a home of root also one that does not belong to root.
#pragma once

#include <string>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/host/file.h"
#include "exporter/host/passwd.h"

namespace clawvigil::probe {

struct OpenClawProgram {
  std::vector<std::string> arguments;  // absolute path, and what stands before the command
  std::string directory;               // where it lies, for PATH: its node may lie there, too
};

// unsupported: there is none, as with a gateway in a container; unsafe: it is refused as told
// above.
[[nodiscard]] Result<OpenClawProgram> find_openclaw(const host::Root& root, const Home& home,
                                                    const host::Account& account);

// Of ExecStart=: {"/usr/bin/node", "…/openclaw/dist/index.js"} of
// "/usr/bin/node …/openclaw/dist/index.js gateway --port 18789"; empty for what starts a container
// or anything else. Pure.
[[nodiscard]] std::vector<std::string> openclaw_of_command(const std::vector<std::string>& words);

}  // namespace clawvigil::probe
