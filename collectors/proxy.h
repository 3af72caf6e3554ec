// Collector "proxy": refused requests in the access logs of the reverse proxy before the gateway
// (control A5). OpenClaw logs an HTTP 401 nowhere.
//
// Only requests for the gateway count, for 403 is everyday on a host that serves other sites:
//
//   a log named under proxy.logs    every line, or those for its `host`
//   /var/log/{nginx,apache2,httpd,caddy,traefik}, if proxy.logs is empty
//                                   lines that name the gateway's host (gateway.publicOrigin,
//                                   gateway.controlUi.allowedOrigins) or, in Traefik's formats, its
//                                   port; nginx's own format names no host, so none of them count
//
// A host without a proxy before the gateway exports nothing. If openclaw.json says there is one
// (gateway.trustedProxies, gateway.auth.mode trusted-proxy) and no log can be counted, that is
// unknown, with what to set.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kProxyInfo;
[[nodiscard]] std::unique_ptr<Collector> make_proxy_collector();

}  // namespace clawvigil
