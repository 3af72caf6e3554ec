#include "exporter/config/values.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "exporter/base/digits.h"
#include "exporter/base/duration.h"
#include "exporter/base/strings.h"

namespace clawvigil::config {

namespace {

constexpr std::size_t kMaxPathBytes = 4095;
constexpr std::size_t kMaxHostBytes = 253;
constexpr std::size_t kMaxUrlBytes = 2000;
constexpr std::size_t kMaxMailBytes = 254;
constexpr std::size_t kMaxNameBytes = 64;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// A decimal number without sign or leading zero, at most `most`.
std::optional<unsigned> parse_decimal(std::string_view text, unsigned most) {
  const auto value = parse_integer<unsigned>(text);
  const bool padded = text.size() > 1 && text.front() == '0';
  return value && !padded && *value <= most ? value : std::nullopt;
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

bool is_http_url(std::string_view text) {
  if (text.size() > kMaxUrlBytes || sanitize(text, text.size()) != text) return false;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    const std::string_view rest = text.substr(scheme.size());
    const std::string_view host = rest.substr(0, rest.find_first_of("/?"));
    return !host.empty() && rest.find_first_of(" @#") == std::string_view::npos;
  }
  return false;
}

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == 0 || at == std::string_view::npos || text.size() > kMaxMailBytes) return false;
  const auto allowed = [](char c) {
    return is_alphanumeric(c) || std::string_view(".!#$%&'*+/=?^_`{|}~-").contains(c);
  };
  return std::ranges::all_of(text.substr(0, at), allowed) && is_host_name(text.substr(at + 1));
}

bool is_time_zone(std::string_view text) {
  constexpr std::string_view kOthers = "_-+/";
  return text.size() <= kMaxNameBytes && !text.starts_with('/') &&
         std::ranges::all_of(text,
                             [&](char c) { return is_alphanumeric(c) || kOthers.contains(c); });
}

bool is_receiver_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_';
  });
}

bool is_credential_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && text.front() != '.' &&
         std::ranges::all_of(
             text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_chat_id(std::string_view text) {
  if (text.starts_with('@')) return is_receiver_name(text.substr(1));
  if (text.starts_with('-')) text.remove_prefix(1);
  constexpr std::size_t kMaxDigits = 19;
  return !text.empty() && text.size() <= kMaxDigits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_severity(std::string_view text) {
  return text == "critical" || text == "warning" || text == "info";
}

bool is_threshold(std::string_view text) {
  if (text.size() > kMaxNameBytes) return false;
  if (parse_duration(text)) return true;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
}

std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
  constexpr unsigned kHours = 24;
  constexpr unsigned kMinutes = 60;
  const auto parts = split(text, ':');
  if (parts.size() != 2 || parts[0].size() != 2 || parts[1].size() != 2) return std::nullopt;
  const auto hour = parse_integer<unsigned>(parts[0]);
  const auto minute = parse_integer<unsigned>(parts[1]);
  if (!hour || !minute || *hour >= kHours || *minute >= kMinutes) return std::nullopt;
  return std::chrono::minutes(*hour * kMinutes + *minute);
}

std::string to_time_of_day(std::chrono::minutes time) {
  const auto two_digits = [](std::int64_t value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
  };
  constexpr std::int64_t kMinutes = 60;
  return two_digits(time.count() / kMinutes) + ":" + two_digits(time.count() % kMinutes);
}

std::optional<std::chrono::sys_days> parse_date(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00";
  constexpr int kFirstYear = 2000;
  constexpr int kLastYear = 2199;
  if (text.size() != kShape.size() || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [text](std::size_t at, std::size_t size) {
    return text[at] == '-' ? -1 : parse_integer<int>(text.substr(at, size)).value_or(-1);
  };
  const int year = number(0, 4);
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (year < kFirstYear || year > kLastYear || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<std::uint32_t> parse_count(std::string_view text, std::uint32_t least,
                                         std::uint32_t most) {
  const std::optional<unsigned> value = parse_decimal(text, most);
  if (!value || *value < least) return std::nullopt;
  return value;
}

}  // namespace clawvigil::config
