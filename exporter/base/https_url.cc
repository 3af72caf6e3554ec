#include "exporter/base/https_url.h"

#include <algorithm>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::size_t kMaxHostBytes = 253;
constexpr std::size_t kMaxUrlBytes = 2'000;
constexpr std::uint16_t kHttpsPort = 443;

bool is_name(std::string_view host) {
  const auto allowed = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
  };
  return !host.empty() && host.size() <= kMaxHostBytes && host.front() != '-' &&
         host.front() != '.' && std::ranges::all_of(host, allowed);
}

bool is_v6(std::string_view host) {
  constexpr std::string_view kCharacters = "0123456789abcdef:.";
  return host.find(':') != std::string_view::npos && host.size() <= kMaxHostBytes &&
         host.find_first_not_of(kCharacters) == std::string_view::npos;
}

}  // namespace

std::optional<HostPort> parse_host_port(std::string_view text, std::optional<std::uint16_t> port) {
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && end == std::string_view::npos) return std::nullopt;
  HostPort result;
  result.host = to_lower_ascii(text.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end));
  if (bracketed ? !is_v6(result.host) : !is_name(result.host)) return std::nullopt;
  text.remove_prefix(std::min(text.size(), bracketed ? end + 1 : end));
  if (text.starts_with(':')) {
    const std::string_view digits = text.substr(1);
    port = digits.starts_with('0') ? std::nullopt : parse_integer<std::uint16_t>(digits);
  } else if (!text.empty()) {
    return std::nullopt;
  }
  if (!port) return std::nullopt;
  result.port = *port;
  return result;
}

std::optional<HttpsUrl> parse_https_url(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  const auto printable = [](char c) { return c > ' ' && c <= '~' && c != '#'; };
  if (text.size() > kMaxUrlBytes || !std::ranges::all_of(text, printable)) return std::nullopt;
  if (to_lower_ascii(text.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  text.remove_prefix(kScheme.size());
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  auto server = parse_host_port(text.substr(0, end), kHttpsPort);
  if (!server) return std::nullopt;
  const std::string_view path = text.substr(end);
  return HttpsUrl{std::move(*server), (path.starts_with('/') ? "" : "/") + std::string(path)};
}

}  // namespace clawvigil
