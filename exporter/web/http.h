// The parts of HTTP that civetweb leaves to us: complete replies, content negotiation, Host.
// Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/web/phrase.h"

namespace clawvigil::web {

inline constexpr std::string_view kPlainText = "text/plain; charset=utf-8";
inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kHtml = "text/html; charset=utf-8";

// One complete response, ready for a single write: status line, headers, empty line, body.
class Reply {
 public:
  // `headers` are complete lines ending in CRLF, besides those every reply carries: Content-Type,
  // Content-Length and the security headers. Nothing from the client belongs into them.
  Reply(int status, std::string_view content_type, std::string_view body,
        std::string_view headers = {});

  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] std::string_view head() const {
    return std::string_view(bytes_).substr(0, head_size_);
  }
  [[nodiscard]] std::string_view body() const {
    return std::string_view(bytes_).substr(head_size_);
  }
  // The same with "Connection: close"; without its body when `head_only`.
  [[nodiscard]] std::string closing(bool head_only) const;

 private:
  int status_;
  std::string bytes_;
  std::size_t head_size_ = 0;
};

// A short explanation as plain text; a newline is added.
[[nodiscard]] Reply text_reply(int status, std::string_view message, std::string_view headers = {});

// The header lines every reply carries: a CSP that admits nothing but the page's own style sheet
// (by hash) and inline images, nosniff, no framing, no referrer, no storing, no embedding
// elsewhere.
[[nodiscard]] const std::string& security_headers();

// RFC 9110, 12.5.3: true if the Accept-Encoding value admits gzip ("gzip, deflate", "*",
// "gzip;q=0.5"), false for "gzip;q=0", "identity", "" and what cannot be parsed.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

// RFC 9110, 12.5.4: the language of the page that an Accept-Language value prefers ("fr-CH,
// fr;q=0.9, en;q=0.8"); English for what cannot be parsed, names neither, or says nothing. The more
// exact range counts ("fr;q=0, *": English); of two with the same weight the first.
[[nodiscard]] Language preferred_language(std::string_view accept_language);

// True if a Host header names this server: a loopback name or address, `listen_ip`, or one of
// `allowed` (names without port), with any port (an SSH tunnel changes it). All else may be a
// foreign name that was made to resolve here (DNS rebinding).
[[nodiscard]] bool is_our_host(std::string_view host, std::string_view listen_ip,
                               const std::vector<std::string>& allowed);

}  // namespace clawvigil::web
