// `clawvigil serve`: the daemon.
#pragma once

#include <functional>

#include "exporter/base/result.h"
#include "exporter/config/config.h"

namespace clawvigil::cli {

// Runs until SIGINT or SIGTERM. `reload` reads the configuration again (SIGHUP, POST /-/reload);
// its error, one line, leaves the old one in use. Returns the exit code: 0, or 1 when it cannot
// start.
int serve(Config config, std::function<Result<Config>()> reload);

}  // namespace clawvigil::cli
