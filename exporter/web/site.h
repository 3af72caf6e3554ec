// Site: what the server answers to which request. Knows nothing of sockets or civetweb.
//
//   GET /            status page           GET /-/healthy   the process answers
//   GET /metrics     Prometheus text       GET /-/ready     every collector has run once, else 503
//   GET /api/v1/rules, /api/v1/alerts   as Prometheus answers them
//   POST /-/reload   only with --web.enable-lifecycle
//
// HEAD works wherever GET does. Nothing here changes what is watched, silenced or accepted: the
// agent can reach loopback too. Any thread.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/collect/homes.h"
#include "exporter/collect/hub.h"
#include "exporter/config/config.h"
#include "exporter/web/auth.h"
#include "exporter/web/document.h"
#include "exporter/web/http.h"

namespace clawvigil::web {

struct Request {
  std::string_view method;
  std::string_view path;  // as sent, without the query; neither decoded nor cleaned
  std::optional<std::string_view> host;
  bool repeated_host = false;
  bool http_1_0 = false;
  std::string_view accept_encoding;
  std::string_view accept_language;
  std::string_view authorization;
};

// What is told about this program on its page.
struct About {
  std::string version;
  std::string revision;
  std::string hostname;
  SystemTime started;
};

class Site {
 public:
  // `auth` may be null: no authentication. `on_reload` may be empty; it is called by a server
  // thread and must return at once. References must outlive the site.
  Site(WebConfig config, std::string listen_ip, About about, const Hub& hub,
       const HomeRegistry& homes, AlertBoard& alerts, const Clock& clock,
       std::unique_ptr<BasicAuth> auth, std::function<void()> on_reload);

  // Never null. The body is present for HEAD too; the caller leaves it out.
  [[nodiscard]] std::shared_ptr<const Reply> answer(const Request& request);

 private:
  using ReplyPtr = std::shared_ptr<const Reply>;

  [[nodiscard]] ReplyPtr check_host(const Request& request) const;
  [[nodiscard]] ReplyPtr check_auth(const Request& request) const;
  [[nodiscard]] ReplyPtr route(const Request& request);
  [[nodiscard]] ReplyPtr metrics(bool compressed);
  [[nodiscard]] ReplyPtr page(bool compressed, Language language);
  [[nodiscard]] ReplyPtr api(std::string_view path);
  [[nodiscard]] ReplyPtr readiness() const;
  [[nodiscard]] ReplyPtr reload(const Request& request) const;
  [[nodiscard]] Sources sources() const;

  const WebConfig config_;
  const std::string listen_ip_;
  const About about_;
  const Hub& hub_;
  const HomeRegistry& homes_;
  AlertBoard& alerts_;
  const Clock& clock_;
  const std::unique_ptr<BasicAuth> auth_;
  const std::function<void()> on_reload_;
  CachedDocument metrics_document_{kTextContentType};
  static constexpr std::string_view kPageVary = "Vary: Accept-Encoding, Accept-Language\r\n";
  std::array<CachedDocument, kLanguages> page_documents_{
      CachedDocument{kHtml, std::string(kPageVary) + "Content-Language: en\r\n"},
      CachedDocument{kHtml, std::string(kPageVary) + "Content-Language: fr\r\n"}};
};

}  // namespace clawvigil::web
