// What is known of the ports, as the rows of an info family.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/firewall/reach.h"

namespace clawvigil::firewall {

struct PortRow {
  std::string_view protocol;  // "tcp", "udp"
  std::string port;           // "22", "6000-6100", "all"
  Audience audience = Audience::anyone;
  bool expected = false;  // every port of it is
};

using IsExpected = std::function<bool(std::string_view protocol, std::uint16_t port)>;

// Ports open to whom, the widest audience first; a port open to anyone is in no other row. Up to
// kMaxSingles ports side by side have a row each, more are a range. Nothing of a protocol and
// address family whose other ports are open as well.
inline constexpr std::size_t kMaxSingles = 16;
[[nodiscard]] std::vector<PortRow> allowed_ports(const Reach& reach, const IsExpected& is_expected);
// The same for ports that are forwarded.
[[nodiscard]] std::vector<PortRow> published_ports(const Reach& reach,
                                                   const IsExpected& is_expected);
// How many ports are forwarded for anyone.
[[nodiscard]] std::size_t count_published(const Reach& reach);

}  // namespace clawvigil::firewall
