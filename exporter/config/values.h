// What a setting's text must look like. Pure predicates, no file is looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace clawvigil::config {

// A decimal number from `least` to 65535 without sign, space or leading zero.
[[nodiscard]] std::optional<std::uint16_t> parse_port(std::string_view text, std::uint16_t least);

// "127.x.y.z:port". Only IPv4: the HTTP server has no IPv6, and nothing but loopback is served.
[[nodiscard]] bool is_loopback_address(std::string_view text);

// "/metrics": unreserved URL characters, not "/", not below /api/ or /-/ (those are ours).
[[nodiscard]] bool is_telemetry_path(std::string_view text);

// Begins with '/', at most 4095 bytes, no control characters, no ".." component.
[[nodiscard]] bool is_absolute_path(std::string_view text);

// Letters, digits, '-' and '.', at most 253 bytes: no scheme, port, path or wildcard.
[[nodiscard]] bool is_host_name(std::string_view text);

}  // namespace clawvigil::config
