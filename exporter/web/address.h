// The address the web server listens on. Loopback only: Debian's civetweb has no usable TLS, and
// what the page shows is of use to an attacker.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::web {

struct ListenAddress {
  std::string ip;          // IPv4, inside 127.0.0.0/8
  std::uint16_t port = 0;  // 0: any free port

  [[nodiscard]] std::string text() const { return ip + ":" + std::to_string(port); }
};

// "127.0.0.1:9842", "localhost:9842" or ":9842" (both mean 127.0.0.1). Anything else is an error
// (parse or unsupported) that says what to write instead, and for addresses beyond loopback how to
// reach the page from elsewhere.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace clawvigil::web
