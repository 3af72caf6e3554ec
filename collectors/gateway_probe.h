// The gateway's answers on loopback. OpenClaw serves /healthz and /readyz to everyone and logs
// nothing about them. POST /tools/invoke is authenticated before its body is read, so with the body
// {} it answers 401 when protected, and 400 because no tool is named when not: it cannot do
// anything either way (2026.3.13 and 2026.9.6 run, with and without authentication).
#pragma once

#include <optional>

#include "collectors/parse/openclaw_config.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil {

struct GatewayHealth {
  bool up = false;                   // /healthz answered 200
  std::optional<bool> ready;         // /readyz answered 200 (true) or 503; unset when not up
  std::optional<Duration> duration;  // of /healthz, when it answered
};

// unsupported: the gateway is bound to an address other than loopback, where it may be running well
// without answering on loopback, or serves TLS and this host has no OpenSSL.
[[nodiscard]] Result<GatewayHealth> probe_health(const GatewaySettings& settings);

// True if a protected route serves a request without credentials; false if it refuses. Errors:
// unsupported as above and for answers that say neither, or those of probe_loopback.
[[nodiscard]] Result<bool> probe_unauthenticated_access(const GatewaySettings& settings);

}  // namespace clawvigil
