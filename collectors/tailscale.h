// tailscale: whether this host is in its tailnet, what it lets in from there and from the internet,
// and until when (control X6).
//
// Asked is tailscaled itself, over its LocalAPI: a unix socket on which it answers every user of
// this host, read-only, from memory; nothing leaves the machine. Its state file
// (/var/lib/tailscale/tailscaled.state) is never opened: it holds the private keys of this node,
// may be sealed by the TPM, and does not say until when the key is valid. Where tailscaled does not
// answer, the interface tailscale0 tells whether there is a tailnet, and the rest is unknown. When
// neither is there nothing is served.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kTailscaleInfo;
[[nodiscard]] std::unique_ptr<Collector> make_tailscale_collector();

}  // namespace clawvigil
