#include "exporter/web/http.h"

#include <algorithm>
#include <array>
#include <optional>

#include "exporter/base/strings.h"
#include "exporter/web/style.h"

namespace clawvigil::web {

namespace {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

// A weight as RFC 9110 writes it ("0", "0.5", "1.000"), in thousandths.
std::optional<int> parse_weight(std::string_view text) {
  constexpr std::size_t kLongest = 5;
  constexpr int kOne = 1000;
  if (text.empty() || text.size() > kLongest || (text[0] != '0' && text[0] != '1')) {
    return std::nullopt;
  }
  int value = (text[0] - '0') * kOne;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int unit = kOne / 10;
  for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (c < '0' || c > '9') return std::nullopt;
    value += (c - '0') * unit;
    unit /= 10;
  }
  return value <= kOne ? std::optional(value) : std::nullopt;
}

// A coding, or a language range.
struct Choice {
  std::string name;
  int weight = 0;  // thousandths; 0 forbids
};

Choice parse_choice(std::string_view element) {
  constexpr int kDefaultWeight = 1000;
  const std::vector<std::string_view> parts = split(element, ';');
  Choice coding{to_lower_ascii(trim(parts[0])), kDefaultWeight};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string parameter = to_lower_ascii(trim(parts[i]));
    if (!parameter.starts_with("q=")) continue;
    coding.weight = parse_weight(std::string_view(parameter).substr(2)).value_or(0);
  }
  return coding;
}

}  // namespace

Reply::Reply(int status, std::string_view content_type, std::string_view body,
             std::string_view headers)
    : status_(status) {
  const std::string& security = security_headers();
  constexpr std::size_t kFixedPart = 128;
  bytes_.reserve(kFixedPart + security.size() + headers.size() + body.size());
  bytes_.append("HTTP/1.1 ").append(std::to_string(status)).append(" ");
  bytes_.append(reason_phrase(status)).append("\r\nContent-Type: ").append(content_type);
  bytes_.append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n");
  bytes_.append(security).append(headers).append("\r\n");
  head_size_ = bytes_.size();
  bytes_.append(body);
}

std::string Reply::closing(bool head_only) const {
  constexpr std::string_view kClose = "Connection: close\r\n\r\n";
  std::string out(head().substr(0, head_size_ - 2));
  out.append(kClose);
  if (!head_only) out.append(body());
  return out;
}

Reply text_reply(int status, std::string_view message, std::string_view headers) {
  return {status, kPlainText, std::string(message) + "\n", headers};
}

const std::string& security_headers() {
  static const std::string headers =
      "Content-Security-Policy: default-src 'none'; style-src 'sha256-" + std::string(kStyleHash) +
      "'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "X-Frame-Options: DENY\r\n"
      "Referrer-Policy: no-referrer\r\n"
      "Cache-Control: no-store\r\n"
      "Cross-Origin-Resource-Policy: same-origin\r\n";
  return headers;
}

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> any;
  for (const std::string_view element : split(accept_encoding, ',')) {
    const Choice coding = parse_choice(element);
    if (coding.name == "gzip" || coding.name == "x-gzip") gzip = coding.weight;
    if (coding.name == "*") any = coding.weight;
  }
  return gzip.value_or(any.value_or(0)) > 0;
}

Language preferred_language(std::string_view accept_language) {
  constexpr std::size_t kMostRanges = 32;
  std::array<std::optional<int>, kLanguages> weights;
  std::optional<int> any;
  std::optional<Language> first;
  const std::vector<std::string_view> ranges = split(accept_language, ',');
  for (std::size_t i = 0; i < std::min(ranges.size(), kMostRanges); ++i) {
    const Choice range = parse_choice(ranges[i]);
    if (range.name == "*") any = range.weight;
    for (const Language language : {Language::english, Language::french}) {
      const std::string_view code = code_of(language);
      const bool dialect = range.name.starts_with(code) && range.name.size() > code.size() &&
                           range.name[code.size()] == '-';
      if (range.name != code && !dialect) continue;
      std::optional<int>& weight = weights[static_cast<std::size_t>(language)];
      weight = std::max(weight.value_or(0), range.weight);
      if (!first) first = language;
    }
  }
  const auto weight_of = [&](Language language) {
    return weights[static_cast<std::size_t>(language)].value_or(any.value_or(0));
  };
  const int english = weight_of(Language::english);
  const int french = weight_of(Language::french);
  if (english == french) return french > 0 ? first.value_or(Language::english) : Language::english;
  return french > english ? Language::french : Language::english;
}

bool is_our_host(std::string_view host, std::string_view listen_ip,
                 const std::vector<std::string>& allowed) {
  std::string name = to_lower_ascii(trim(host));
  const std::size_t colon = name.rfind(':');
  const std::size_t bracket = name.rfind(']');
  if (colon != std::string::npos && (bracket == std::string::npos || bracket < colon)) {
    const std::string_view port = std::string_view(name).substr(colon + 1);
    if (!std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; })) return false;
    name.resize(colon);
  }
  if (name == "127.0.0.1" || name == "localhost" || name == "[::1]" || name == listen_ip) {
    return true;
  }
  return std::ranges::any_of(
      allowed, [&](const std::string& other) { return to_lower_ascii(other) == name; });
}

}  // namespace clawvigil::web
