#include "exporter/config/values.h"

#include <algorithm>
#include <charconv>

#include "exporter/base/strings.h"

namespace clawvigil::config {

namespace {

constexpr std::size_t kMaxPathBytes = 4095;
constexpr std::size_t kMaxHostBytes = 253;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// A decimal number without sign or leading zero, at most `most`.
std::optional<unsigned> parse_decimal(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool padded = text.size() > 1 && text.front() == '0';
  if (error != std::errc{} || stop != text.data() + text.size() || padded || value > most)
    return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::uint16_t> parse_port(std::string_view text, std::uint16_t least) {
  const std::optional<unsigned> value = parse_decimal(text, UINT16_MAX);
  if (!value || *value < least) return std::nullopt;
  return static_cast<std::uint16_t>(*value);
}

bool is_loopback_address(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !parse_port(text.substr(colon + 1), 0)) return false;
  const auto octets = split(text.substr(0, colon), '.');
  return octets.size() == 4 && octets[0] == "127" && std::ranges::all_of(octets, [](auto octet) {
           return parse_decimal(octet, UINT8_MAX).has_value();
         });
}

bool is_telemetry_path(std::string_view text) {
  if (text.size() < 2 || text.size() > kMaxHostBytes || text.front() != '/') return false;
  if (text.starts_with("/api/") || text.starts_with("/-/") || text == "/api") return false;
  if (text.find("//") != std::string_view::npos || text.find("..") != std::string_view::npos) {
    return false;
  }
  return std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c) || c == '/' || c == '-' || c == '_' || c == '.';
  });
}

bool is_absolute_path(std::string_view text) {
  if (text.empty() || text.front() != '/' || text.size() > kMaxPathBytes) return false;
  if (sanitize(text, text.size()) != text) return false;
  return std::ranges::none_of(split(text, '/'), [](auto part) { return part == ".."; });
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxHostBytes || !is_alphanumeric(text.front())) return false;
  return std::ranges::all_of(text,
                             [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

}  // namespace clawvigil::config
