#include "exporter/web/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::web {

namespace {

constexpr std::uint32_t kLoopbackNet = 127;
constexpr unsigned kNetShift = 24;
constexpr std::size_t kMaxShown = 64;

std::unexpected<Error> beyond_loopback(std::string_view address) {
  return fail(
      Errc::unsupported,
      "listen address " + sanitize(address, kMaxShown) +
          " is not loopback (127.0.0.0/8): clawvigil serves this host only. To read it from "
          "elsewhere use an SSH tunnel (ssh -L 9842:127.0.0.1:9842 HOST), tailscale serve, "
          "a reverse proxy with TLS and authentication, or a Prometheus agent on this host");
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return fail(Errc::parse, "listen address " + sanitize(text, kMaxShown) +
                                 " has no port; expected for instance 127.0.0.1:9842");
  }
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  ListenAddress result;
  const auto port = parse_integer<decltype(result.port)>(digits);
  if (!port) {
    return fail(Errc::parse,
                "listen address " + sanitize(text, kMaxShown) + " has no valid port (0 to 65535)");
  }
  result.port = *port;
  if (host == "[::1]" || host == "::1") {
    return fail(Errc::unsupported,
                "the web server has no IPv6: listen on 127.0.0.1 instead of ::1");
  }
  if (host.empty() || host == "localhost") host = "127.0.0.1";
  result.ip = host;
  in_addr address{};
  if (::inet_pton(AF_INET, result.ip.c_str(), &address) != 1) return beyond_loopback(text);
  if (ntohl(address.s_addr) >> kNetShift != kLoopbackNet) return beyond_loopback(text);
  return result;
}

}  // namespace clawvigil::web
