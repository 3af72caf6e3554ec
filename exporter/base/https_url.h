// Addresses of servers as an owner writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clawvigil {

struct HostPort {
  std::string host;  // a name in lower case, or an IP address without brackets
  std::uint16_t port = 0;

  bool operator==(const HostPort&) const = default;
};

struct HttpsUrl {
  HostPort server;
  std::string path;  // begins with '/', the query with it

  bool operator==(const HttpsUrl&) const = default;
};

// "claw.example.org:8443", "127.0.0.1:443", "[::1]:443"; without a port only if one is given here.
[[nodiscard]] std::optional<HostPort> parse_host_port(std::string_view text,
                                                      std::optional<std::uint16_t> port = {});

// "https://claw.example.org/openclaw/": no user name, no fragment, at most 2,000 bytes of printable
// ASCII.
[[nodiscard]] std::optional<HttpsUrl> parse_https_url(std::string_view text);

}  // namespace clawvigil
