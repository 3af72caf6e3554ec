// What a setting's text must look like. Pure predicates, no file is looked at.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
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

// "http://…" or "https://…" with a host; no space, control character, user name or fragment; at
// most 2,000 bytes.
[[nodiscard]] bool is_http_url(std::string_view text);
inline constexpr std::string_view kExpectedHttpUrl = "a URL that begins with http:// or https://";

// local@domain, at most 254 bytes, nothing that could end a mail header.
[[nodiscard]] bool is_mail_address(std::string_view text);

// "Europe/Paris": letters, digits and "_-+/", at most 64 bytes, not beginning with '/'.
[[nodiscard]] bool is_time_zone(std::string_view text);

// Letters, digits, '-' and '_', 1 to 64 bytes.
[[nodiscard]] bool is_receiver_name(std::string_view text);

// A file name of letters, digits, '.', '-' and '_', not beginning with '.'.
[[nodiscard]] bool is_credential_name(std::string_view text);

// Telegram: a number, perhaps negative, or @name.
[[nodiscard]] bool is_chat_id(std::string_view text);

// "critical", "warning" or "info".
[[nodiscard]] bool is_severity(std::string_view text);

// A finite decimal number or a duration such as "14d".
[[nodiscard]] bool is_threshold(std::string_view text);

// "08:00"; minutes since midnight.
[[nodiscard]] std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text);
[[nodiscard]] std::string to_time_of_day(std::chrono::minutes time);

// "2026-01-31", from 2000 to 2199; its midnight in UTC.
[[nodiscard]] std::optional<std::chrono::sys_days> parse_date(std::string_view text);

// A decimal number from `least` to `most`.
[[nodiscard]] std::optional<std::uint32_t> parse_count(std::string_view text, std::uint32_t least,
                                                       std::uint32_t most);

}  // namespace clawvigil::config
