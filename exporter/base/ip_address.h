// Addresses as text.
#pragma once

#include <string_view>

namespace clawvigil {

// An IPv4 or IPv6 address as inet_pton(3) reads it: "192.0.2.1", "2001:db8::1"; no port, no zone,
// no brackets.
[[nodiscard]] bool is_ip_address(std::string_view text);

}  // namespace clawvigil
