// The network interfaces of this network namespace, by getifaddrs(3).
#pragma once

#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::host {

struct InterfaceState {
  bool exists = false;
  bool up = false;               // administratively
  bool tailnet_address = false;  // has an address in 100.64.0.0/10 or fd7a:115c:a1e0::/48
};

// What is known of all interfaces whose name begins so ("tailscale": tailscale0) together.
[[nodiscard]] Result<InterfaceState> interface_state(std::string_view prefix);

}  // namespace clawvigil::host
