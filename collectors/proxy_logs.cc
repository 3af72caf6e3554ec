#include "collectors/proxy_logs.h"

#include <algorithm>
#include <array>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::size_t kMaxLogs = 16;
constexpr std::size_t kMaxEntries = 4'096;
constexpr std::size_t kTailBytes = 64UL * 1024;
constexpr std::string_view kExtension = ".log";

struct Place {
  std::string_view directory;
  std::string_view word;  // in the name of an access log
};
constexpr std::array kPlaces{Place{"/var/log/nginx", "access"}, Place{"/var/log/apache2", "access"},
                             Place{"/var/log/httpd", "access"}, Place{"/var/log/traefik", "access"},
                             Place{"/var/log/caddy", ""}};

bool is_local(std::string_view host) {
  return host.empty() || host == "*" || host == "localhost" || host == "::1" ||
         host.starts_with("127.") || host.ends_with(".localhost");
}

void add_host(std::string_view origin, bool by_tailscale, ProxyHints& hints) {
  const std::string host = bare_host(origin);
  if (is_local(host)) return;
  if (!by_tailscale && !host.ends_with(".ts.net")) hints.proxy_likely = true;
  hints.hosts.insert(host);
}

LogNaming naming_of(const AccessRecord& record) {
  if (record.upstream_port != 0) return LogNaming::ports;
  return record.host.empty() ? LogNaming::nothing : LogNaming::hosts;
}

}  // namespace

void add_proxy_hints(const OpenClawSettings& settings, ProxyHints& hints) {
  const GatewaySettings& gateway = settings.gateway;
  const bool by_tailscale = gateway.tailscale_mode.value != "off";
  add_host(gateway.public_origin.value, by_tailscale, hints);
  for (const std::string& origin : gateway.allowed_origins.value) {
    add_host(origin, by_tailscale, hints);
  }
  hints.ports.insert(static_cast<std::uint16_t>(gateway.port));
  const bool stated =
      !gateway.trusted_proxies.value.empty() || gateway.auth_mode.value == "trusted-proxy";
  if (stated && !by_tailscale) hints.proxy_stated = true;
}

bool is_for_gateway(const AccessRecord& record, const WatchedLog& log, const ProxyHints& hints) {
  if (log.owned) return log.host.empty() || record.host.empty() || record.host == log.host;
  return hints.hosts.contains(record.host) ||
         (record.upstream_port != 0 && hints.ports.contains(record.upstream_port));
}

Result<std::vector<std::string>> find_access_logs(const host::Root& root) {
  std::vector<std::string> paths;
  for (const Place& place : kPlaces) {
    const auto directory = root.anchor(place.directory);
    if (!directory) {
      if (directory.error().code == Errc::not_found) continue;
      return prefixed(directory.error(), place.directory);
    }
    auto entries = directory->list(".", kMaxEntries);
    if (!entries) return prefixed(std::move(entries).error(), place.directory);
    for (const host::DirEntry& entry : *entries) {
      const bool is_access = entry.name.find(place.word) != std::string::npos;
      const bool rotated = entry.name.find("-20") != std::string::npos;  // access-2026-11-22T….log
      if (is_access && !rotated && entry.name.ends_with(kExtension)) {
        paths.push_back(std::string(place.directory) + "/" + entry.name);
      }
    }
  }
  std::ranges::sort(paths);
  if (paths.size() > kMaxLogs) paths.resize(kMaxLogs);
  return paths;
}

Result<LogNaming> naming_of(const host::Root& root, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  TRY_ASSIGN(const host::Dir directory, root.anchor(path.substr(0, slash)));
  TRY_ASSIGN(const host::File file, directory.open_file(path.substr(slash + 1), {}));
  TRY_ASSIGN(const host::FileStat stat, file.stat());
  const std::uint64_t start = stat.size > kTailBytes ? stat.size - kTailBytes : 0;
  std::string tail(static_cast<std::size_t>(stat.size - start), '\0');
  TRY_ASSIGN(const std::size_t read, file.read_at(start, tail));
  tail.resize(read);
  AccessLogParser parser;
  LogNaming naming = LogNaming::unknown;
  std::vector<std::string_view> lines = split(tail, '\n');
  lines.pop_back();  // torn, or empty
  for (const std::string_view line : lines) {
    const auto record = parser.parse(line);
    if (!record || record->status == 0) continue;
    naming = std::max(naming, naming_of(*record));
  }
  return naming;
}

}  // namespace clawvigil
