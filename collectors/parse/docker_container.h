// What Docker keeps of a container (20.10 … 29) in its directory, containers/<id>/:
//
//   hostconfig.json   {…, "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0}, …}
//   config.v2.json    {…, "RestartCount": 8, "State": {…}, "Config": {"Env": ["SECRET=…"]}, …}
//
// The second holds secrets, of which nothing is taken. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::parse {

// "no", "always", "unless-stopped" or "on-failure". parse: no such document, or another policy.
[[nodiscard]] Result<std::string> docker_restart_policy(std::string_view hostconfig);

// Automatic restarts since the container was last started by hand. parse: no such document.
[[nodiscard]] Result<std::uint64_t> docker_restart_count(std::string_view config);

}  // namespace clawvigil::parse
