// Which access logs are read, and which of their lines are requests for the gateway.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/access_log.h"
#include "collectors/parse/openclaw_config.h"
#include "exporter/base/result.h"
#include "exporter/config/config.h"
#include "exporter/host/file.h"

namespace clawvigil {

// What openclaw.json of all homes says about a proxy.
struct ProxyHints {
  std::set<std::string> hosts;    // names the gateway is reached by, not those of loopback
  std::set<std::uint16_t> ports;  // of the gateways
  bool proxy_stated = false;      // a setting says that a reverse proxy stands before it
  bool proxy_likely = false;      // one of the hosts is neither loopback's nor Tailscale's
};

// Adds the settings of one home. `tailscale serve` is no proxy that keeps a log.
void add_proxy_hints(const OpenClawSettings& settings, ProxyHints& hints);

// One log to follow.
struct WatchedLog {
  std::string path;
  std::string host;    // configured: only lines for it, where the format names one
  bool owned = false;  // configured: lines without a host are the gateway's
};

[[nodiscard]] bool is_for_gateway(const AccessRecord& record, const WatchedLog& log,
                                  const ProxyHints& hints);

// The logs in use at the usual places, in alphabetical order, at most 16. Errors other than
// not_found of a directory.
[[nodiscard]] Result<std::vector<std::string>> find_access_logs(const host::Root& root);

// What the last lines of a log tell about whom a request was for.
enum class LogNaming {
  unknown,  // the log is empty, or of no known format
  nothing,
  hosts,
  ports,  // of the service behind the proxy, hosts perhaps as well
};
// Reads at most the last 64 KiB.
[[nodiscard]] Result<LogNaming> naming_of(const host::Root& root, const std::string& path);

}  // namespace clawvigil
