// What the header of an HTTP answer (RFC 9110, 9112) says to browsers about security:
//
//   HTTP/1.1 200 OK
//   Strict-Transport-Security: max-age=63072000
//   X-Frame-Options: DENY
//   X-Content-Type-Options: nosniff
//   Content-Security-Policy: default-src 'self'; frame-ancestors 'none'
//
// and what an answer says about plain HTTP and about strangers. A stranger's server may send
// anything: no time or memory beyond the text's own. Pure; any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil {

struct HttpHeader {
  std::string name;  // in lower case
  std::string value;
};

struct HttpHead {
  int status = 0;  // 100 to 999
  std::vector<HttpHeader> headers;
  std::string_view body;  // what follows in the text

  // The first of that name, or nullptr.
  [[nodiscard]] const HttpHeader* find(std::string_view name) const;
};

// `text` up to its empty line and what follows. parse: not HTTP/1.x, or without an empty line.
[[nodiscard]] Result<HttpHead> parse_http_head(std::string_view text);

struct SecurityHeader {
  std::string_view name;  // in lower case
  bool present;           // with a value that has an effect
};
// The four that a reverse proxy should send:
//  x-frame-options            DENY or SAMEORIGIN, or a policy with frame-ancestors but not "*"
//  x-content-type-options     nosniff
//  strict-transport-security  a max-age above 0 (of several the first counts, RFC 6797)
//  content-security-policy    a directive that limits something; not report-uri, report-to or
//                             upgrade-insecure-requests alone, and not in …-Report-Only
[[nodiscard]] std::array<SecurityHeader, 4> security_headers(const HttpHead& head);

// What plain HTTP gets: true: a redirect to https; false: a page, a request for a password, or a
// redirect elsewhere; nullopt: nothing is served there (403, 404, 426, 5xx …).
[[nodiscard]] std::optional<bool> redirects_to_https(const HttpHead& head);

// Whether a stranger's POST of {} to `path` (/tools/invoke of the gateway) is refused: true for
// 401, 403, 407 and a redirect to a login page; false if the gateway itself complains about the
// empty request, so it has let the stranger in. unsupported: neither, with the status.
[[nodiscard]] Result<bool> refuses_strangers(const HttpHead& head, std::string_view path);

}  // namespace clawvigil
