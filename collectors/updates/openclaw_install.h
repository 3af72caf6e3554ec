// Which OpenClaw a home runs, how old it is, what it knows of newer ones, and on which Node.js it
// runs. Everything comes from files the agent's user can write: it can look newer than it is, but
// not make anything else be read than package.json and build-info.json of a package named openclaw.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/parse/openclaw_config.h"
#include "collectors/parse/openclaw_release.h"
#include "exporter/base/result.h"
#include "exporter/collect/collector.h"

namespace clawvigil::updates {

struct OpenClawInstall {
  std::string version;                 // "" when nothing tells
  std::optional<SystemTime> released;  // the package's build, or the end of the version's month
  std::string node_version;            // of the last process that wrote to the log; "" if none did
  std::optional<bool> node_supported;
  std::optional<parse::UpdateCheck> check;  // unset: it could not be read
  std::vector<Error> check_problems;
  std::vector<Error> install_problems;
};

// The version is what the state database says the last gateway was, else what the package says that
// the log comes from, else the one that last wrote openclaw.json. The package is looked for where
// the log says, then where npm puts it.
[[nodiscard]] OpenClawInstall read_openclaw_install(const Context& context, const Home& home,
                                                    const OpenClawSettings& settings);

}  // namespace clawvigil::updates
