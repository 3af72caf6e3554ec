// The state database of the daemon, for commands that write down what the owner says, or look at
// what was counted. The daemon finds what is written within seconds; its HTTP endpoint can change
// nothing, because the agent reaches that, too.
#pragma once

#include <functional>

#include "exporter/cli/commands.h"
#include "exporter/store/store.h"

namespace clawvigil::cli {

// Calls `act` with the open database and the configuration; tells what went wrong. Returns the exit
// code: kWrongUsage for Errc::parse.
int with_state(const CommandContext& context,
               const std::function<Result<>(store::Store&, const Config&)>& act);

// Opens it for a command that only looks. The error says what the owner can do about it.
[[nodiscard]] Result<store::Store> open_state_to_read(const Config& config);

// The same as with_state() for commands that only look; it never waits for the daemon nor changes
// anything.
int with_state_to_read(const CommandContext& context,
                       const std::function<Result<>(store::Store&, const Config&)>& act);

}  // namespace clawvigil::cli
