// Collector "tls": the HTTPS addresses others reach the gateway at, seen as a stranger sees them
// (control X5), and the certificates on disk.
//
//   tls.endpoints   each visited: handshake, certificate, name, headers, plain HTTP, and whether
//                   POST {} to /tools/invoke is refused (collectors/gateway_probe.h); the page
//                   itself is public, OpenClaw asks for the token later
//   tls.files       PEM, dates only
//   /etc/letsencrypt/live/*/fullchain.pem
//                   those for a host openclaw.json names (gateway.publicOrigin,
//                   gateway.controlUi.allowedOrigins) that is no endpoint
//   gateway.tls     certPath of openclaw.json, if TLS is enabled there
//
// Nothing is contacted that the owner has not named. Without an endpoint there is nothing to say
// about one: its families are absent, and the rule TlsEndpointMissing hints at a public port 443.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kTlsInfo;
[[nodiscard]] std::unique_ptr<Collector> make_tls_collector();

}  // namespace clawvigil
