// `clawvigil serve`: the daemon.
#pragma once

#include <functional>

#include "exporter/base/result.h"
#include "exporter/cli/settings.h"

namespace clawvigil::cli {

// Runs until SIGINT or SIGTERM. `reload` reads configuration and rules again (SIGHUP,
// POST /-/reload); its error, one line, leaves the old ones in use. Returns the exit code: 0, or 1
// when it cannot start.
int serve(Settings settings, std::function<Result<Settings>()> reload);

}  // namespace clawvigil::cli
