#include "collectors/parse/http_security.h"

#include <algorithm>
#include <cstdint>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr int kOk = 200;
constexpr int kFirstRedirect = 300;
constexpr int kNotModified = 304;
constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kProxyAuthentication = 407;
constexpr std::size_t kMaxHeaders = 256;

// "HTTP/1.1 200 OK"
std::optional<int> parse_status(std::string_view line) {
  constexpr std::string_view kProtocol = "HTTP/1.";
  constexpr std::size_t kStatusAt = std::string_view("HTTP/1.1 ").size();
  constexpr std::size_t kDigits = 3;
  constexpr int kLeast = 100;
  if (!line.starts_with(kProtocol) || line.size() < kStatusAt + kDigits) return std::nullopt;
  if (line[kStatusAt - 1] != ' ') return std::nullopt;
  const auto status = parse_integer<int>(line.substr(kStatusAt, kDigits));
  return status && *status >= kLeast ? status : std::nullopt;
}

// Calls visit(name, value) for the directives of "default-src 'self'; frame-ancestors 'none'".
template <class Visit>
void each_directive(std::string_view policy, Visit visit) {
  for (const std::string_view part : split(policy, ';')) {
    const std::string_view directive = trim(part);
    const std::size_t end = std::min(directive.find_first_of(" \t"), directive.size());
    if (end > 0) visit(to_lower_ascii(directive.substr(0, end)), trim(directive.substr(end)));
  }
}

bool limits_frames(std::string_view policy) {
  bool limited = false;
  each_directive(policy, [&](const std::string& name, std::string_view value) {
    const auto sources = split(value, ' ');
    limited = limited || (name == "frame-ancestors" && !value.empty() &&
                          std::ranges::find(sources, "*") == sources.end());
  });
  return limited;
}

bool limits_something(std::string_view policy) {
  constexpr std::array<std::string_view, 4> kNoLimit{
      "report-uri", "report-to", "upgrade-insecure-requests", "block-all-mixed-content"};
  bool limits = false;
  each_directive(policy, [&](const std::string& name, std::string_view) {
    limits = limits || std::ranges::find(kNoLimit, name) == kNoLimit.end();
  });
  return limits;
}

// "max-age=63072000; includeSubDomains", the number in quotes or not.
bool has_max_age(std::string_view value) {
  for (const std::string_view part : split(value, ';')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    if (to_lower_ascii(trim(part.substr(0, equals))) != "max-age") continue;
    std::string_view age = trim(part.substr(equals + 1));
    if (age.size() > 1 && age.starts_with('"') && age.ends_with('"')) {
      age = age.substr(1, age.size() - 2);
    }
    const bool number = !age.empty() && std::ranges::all_of(age, is_digit);
    return number && age.find_first_not_of('0') != std::string_view::npos;
  }
  return false;
}

// Whether any header of that name has a value for which `good` holds.
template <class Good>
bool any_header(const HttpHead& head, std::string_view name, Good good) {
  return std::ranges::any_of(head.headers, [&](const HttpHeader& header) {
    return header.name == name && good(header.value);
  });
}

// The path of "https://auth.example.org/login?next=/", "" of "https://auth.example.org".
std::string_view path_of(std::string_view location) {
  location = location.substr(0, location.find_first_of("?#"));
  const std::size_t scheme = location.find("://");
  if (scheme == std::string_view::npos) return location;
  const std::size_t path = location.find('/', scheme + 3);
  return path == std::string_view::npos ? std::string_view() : location.substr(path);
}

bool is_redirect(int status) {
  return status >= kFirstRedirect && status < kBadRequest && status != kNotModified;
}

}  // namespace

const HttpHeader* HttpHead::find(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &HttpHeader::name);
  return found == headers.end() ? nullptr : &*found;
}

Result<HttpHead> parse_http_head(std::string_view text) {
  constexpr std::string_view kLineEnd = "\r\n";
  constexpr std::string_view kHeadEnd = "\r\n\r\n";
  const auto not_http = fail(Errc::parse, "the answer is not HTTP");
  const std::size_t end = text.find(kHeadEnd);
  const auto status = parse_status(text.substr(0, text.find(kLineEnd)));
  if (end == std::string_view::npos || !status) return not_http;
  HttpHead head;
  head.status = *status;
  head.body = text.substr(end + kHeadEnd.size());
  text = text.substr(0, end + kLineEnd.size());
  text.remove_prefix(text.find(kLineEnd) + kLineEnd.size());
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find(kLineEnd));
    text.remove_prefix(line.size() + kLineEnd.size());
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return not_http;
    if (head.headers.size() == kMaxHeaders) return fail(Errc::too_large, "too many headers");
    head.headers.push_back(
        {to_lower_ascii(line.substr(0, colon)), std::string(trim(line.substr(colon + 1)))});
  }
  return head;
}

std::array<SecurityHeader, 4> security_headers(const HttpHead& head) {
  constexpr std::string_view kPolicy = "content-security-policy";
  const auto* const transport = head.find("strict-transport-security");
  const auto keeps_frames = [](std::string_view value) {
    const std::string word = to_lower_ascii(value);
    return word == "deny" || word == "sameorigin";
  };
  const auto is_nosniff = [](std::string_view value) {
    return to_lower_ascii(trim(value.substr(0, value.find(',')))) == "nosniff";
  };
  return {SecurityHeader{"x-frame-options", any_header(head, "x-frame-options", keeps_frames) ||
                                                any_header(head, kPolicy, limits_frames)},
          SecurityHeader{"x-content-type-options",
                         any_header(head, "x-content-type-options", is_nosniff)},
          SecurityHeader{"strict-transport-security",
                         transport != nullptr && has_max_age(transport->value)},
          SecurityHeader{kPolicy, any_header(head, kPolicy, limits_something)}};
}

std::optional<bool> redirects_to_https(const HttpHead& head) {
  if (is_redirect(head.status)) {
    const auto* const location = head.find("location");
    return location != nullptr && to_lower_ascii(location->value).starts_with("https://");
  }
  if (head.status >= kOk && head.status < kBadRequest) return false;
  if (head.status == kUnauthorized) return false;
  return std::nullopt;
}

Result<bool> refuses_strangers(const HttpHead& head, std::string_view path) {
  if (head.status == kUnauthorized || head.status == kForbidden ||
      head.status == kProxyAuthentication) {
    return true;
  }
  // {"error":{"type":"invalid_request",…}}, invalid_request_error before 2026.9; perhaps in chunks.
  constexpr std::string_view kComplaint = "\"invalid_request";
  if (head.status == kBadRequest && head.body.find(kComplaint) != std::string_view::npos) {
    return false;
  }
  const auto* const location = head.find("location");
  if (is_redirect(head.status) && location != nullptr) {
    if (path_of(location->value) != path) return true;
    return fail(Errc::unsupported, "the endpoint redirects to another host; name that one");
  }
  return fail(Errc::unsupported,
              "POST " + std::string(path) + " answered with status " + std::to_string(head.status));
}

}  // namespace clawvigil
