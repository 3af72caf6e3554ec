// The lock file of a running gateway (2026.9: <state>/tmp/openclaw-<uid>/gateway.<hash>.lock and
// gateway.state.lock): the port it really uses, whatever the configuration says. It is JSON padded
// with white space; 2026.3 writes one without a port.
//
//   {"pid":8683,"ownerId":"5501…","createdAt":"2026-11-22T00:06:17.154Z","configPath":"/…",
//    "stateDir":"/…","port":28789,"startTime":99722}
#pragma once

#include <cstdint>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::parse {

// True for the names gateway lock files have.
[[nodiscard]] bool is_gateway_lock_name(std::string_view name);

// parse: not a JSON object. not_found: no usable port in it.
[[nodiscard]] Result<std::uint16_t> gateway_lock_port(std::string_view text);

// The process that holds it. Errors as above.
[[nodiscard]] Result<std::int64_t> gateway_lock_pid(std::string_view text);

}  // namespace clawvigil::parse
