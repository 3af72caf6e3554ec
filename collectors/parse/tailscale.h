// What tailscaled answers over its LocalAPI (tailscale.com/ipn/localapi): the status of this node
// (ipnstate.Status) and what it serves (ipn.ServeConfig). Written by Go's encoding/json.
//
//   GET /localapi/v0/status?peers=false
//   {"Version":"1.82.0","BackendState":"Running","TailscaleIPs":["100.101.102.103"],
//    "Self":{"DNSName":"claw.tail1234.ts.net.","KeyExpiry":"2027-03-01T09:20:11Z"}}
//   (no KeyExpiry when expiry is switched off for this node; "Expired":true once it is past)
//
//   GET /localapi/v0/serve-config
//   {"TCP":{"443":{"HTTPS":true}},
//    "Web":{"claw.tail1234.ts.net:443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:18789"}}}},
//    "AllowFunnel":{"claw.tail1234.ts.net:443":true}}
//   (null when nothing was ever served; "Foreground" holds one such object for each `tailscale
//   serve` that runs in a terminal, "Services" one for each tailnet service)
//
// Names, addresses and keys in there are not kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::parse {

struct TailscaleStatus {
  bool running = false;  // BackendState "Running": connected, or connecting again by itself
  bool expired = false;  // the node's key is past its time: it must log in again
  std::optional<SystemTime> key_expiry;  // unset: never, or not logged in
};

// parse: not such a document.
[[nodiscard]] Result<TailscaleStatus> parse_tailscale_status(std::string_view text);

// One way from the tailnet into this machine.
struct TailscaleServed {
  std::uint16_t port = 0;               // on the tailnet address
  std::optional<std::uint16_t> target;  // the port it leads to, whatever the host is called there;
                                        // unset: files or a text
  bool funnel = false;                  // open to the whole internet

  friend bool operator==(const TailscaleServed&, const TailscaleServed&) = default;
};

// At most kMaxTailscaleServed of them (too_large beyond). parse: not such a document. A funnel that
// is allowed on a port nothing is served on leads nowhere and is left out, as tailscaled does.
inline constexpr std::size_t kMaxTailscaleServed = 1'000;
[[nodiscard]] Result<std::vector<TailscaleServed>> parse_tailscale_serve(std::string_view text);

}  // namespace clawvigil::parse
