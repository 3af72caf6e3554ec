// gateway: what openclaw.json says about the gateway's exposure and authentication, and whether the
// gateway answers on loopback (health endpoints; a request without credentials every 5 minutes).
#pragma once

#include <functional>
#include <memory>

#include "collectors/gateway_probe.h"
#include "exporter/collect/collector.h"

namespace clawvigil {

// How the gateway is asked; replaced in tests.
struct GatewayProber {
  std::function<Result<GatewayHealth>(const GatewaySettings&)> health;
  std::function<Result<bool>(const GatewaySettings&)> unauthenticated_access;
};

extern const CollectorInfo kGatewayInfo;
[[nodiscard]] std::unique_ptr<Collector> make_gateway_collector();
[[nodiscard]] std::unique_ptr<Collector> make_gateway_collector(GatewayProber prober);

}  // namespace clawvigil
