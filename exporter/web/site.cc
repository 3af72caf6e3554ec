#include "exporter/web/site.h"

#include "exporter/web/page.h"

namespace clawvigil::web {

namespace {

constexpr std::string_view kRulesPath = "/api/v1/rules";
constexpr std::string_view kAlertsPath = "/api/v1/alerts";

std::shared_ptr<const Reply> text(int status, std::string_view message,
                                  std::string_view headers = {}) {
  return std::make_shared<const Reply>(text_reply(status, message, headers));
}

}  // namespace

Site::Site(WebConfig config, std::string listen_ip, About about, const Hub& hub,
           const HomeRegistry& homes, AlertBoard& alerts, const Clock& clock,
           std::unique_ptr<BasicAuth> auth, std::function<void()> on_reload)
    : config_(std::move(config)),
      listen_ip_(std::move(listen_ip)),
      about_(std::move(about)),
      hub_(hub),
      homes_(homes),
      alerts_(alerts),
      clock_(clock),
      auth_(std::move(auth)),
      on_reload_(std::move(on_reload)) {}

std::shared_ptr<const Reply> Site::answer(const Request& request) {
  if (ReplyPtr refused = check_host(request)) return refused;
  if (ReplyPtr refused = check_auth(request)) return refused;
  return route(request);
}

Site::ReplyPtr Site::check_host(const Request& request) const {
  if (request.repeated_host) return text(400, "More than one Host header.");
  if (!request.host) {
    return request.http_1_0 ? nullptr : text(400, "The Host header is missing.");
  }
  if (is_our_host(*request.host, listen_ip_, config_.allowed_hosts)) return nullptr;
  return text(
      421,
      "Refused: the Host header names another server (protection against DNS rebinding). "
      "Use 127.0.0.1 or localhost; a name used by a reverse proxy or tailscale serve belongs "
      "into web.allowed_hosts of clawvigil's configuration.");
}

Site::ReplyPtr Site::check_auth(const Request& request) const {
  if (!auth_) return nullptr;
  switch (request.authorization.empty() ? AuthVerdict::refused
                                        : auth_->check(request.authorization)) {
    case AuthVerdict::accepted:
      return nullptr;
    case AuthVerdict::busy:
      return text(429, "Too many logins are being verified; try again in a second.",
                  "Retry-After: 1\r\n");
    case AuthVerdict::refused:
      break;
  }
  return text(401, "User name and password are required.",
              "WWW-Authenticate: Basic realm=\"clawvigil\", charset=\"UTF-8\"\r\n");
}

Site::ReplyPtr Site::route(const Request& request) {
  if (request.path == "/-/reload") return reload(request);
  const bool is_metrics = request.path == config_.telemetry_path;
  const bool known = is_metrics || request.path == "/" || request.path == "/-/healthy" ||
                     request.path == "/-/ready" || request.path == kRulesPath ||
                     request.path == kAlertsPath;
  if (!known) {
    return text(
        404, "There is nothing here. Status page: /   Metrics: " + config_.telemetry_path +
                 "   Alerts: /api/v1/alerts and /api/v1/rules   Health: /-/healthy and /-/ready");
  }
  if (request.method != "GET" && request.method != "HEAD") {
    return text(405, "Only GET and HEAD are possible: this server is read-only.",
                "Allow: GET, HEAD\r\n");
  }
  if (is_metrics) return metrics(accepts_gzip(request.accept_encoding));
  if (request.path == "/") {
    return page(accepts_gzip(request.accept_encoding), preferred_language(request.accept_language));
  }
  if (request.path == "/-/ready") return readiness();
  if (request.path == kRulesPath || request.path == kAlertsPath) return api(request.path);
  return text(200, "clawvigil is healthy.");
}

Sources Site::sources() const { return {hub_.snapshot(clock_.now()), homes_.current(), nullptr}; }

Site::ReplyPtr Site::api(std::string_view path) {
  const auto view = alerts_.view(clock_.now().steady);
  if (!view) {
    return std::make_shared<const Reply>(
        503, kJson,
        R"({"status":"error","errorType":"unavailable","error":"the rules are not evaluated here, or not yet"})");
  }
  return std::make_shared<const Reply>(200, kJson,
                                       path == kRulesPath ? view->rules_json : view->alerts_json);
}

Site::ReplyPtr Site::metrics(bool compressed) {
  const Sources from = sources();  // alerts are in the snapshot
  return metrics_document_.get(from, compressed,
                               [&] { return render_text(from.snapshot->batches); });
}

Site::ReplyPtr Site::page(bool compressed, Language language) {
  Sources from = sources();
  from.alerts = alerts_.view(clock_.now().steady);
  return page_documents_.at(static_cast<std::size_t>(language)).get(from, compressed, [&] {
    return render_page(PageInput{.snapshot = *from.snapshot,
                                 .homes = *from.homes,
                                 .version = about_.version,
                                 .revision = about_.revision,
                                 .hostname = about_.hostname,
                                 .started = about_.started,
                                 .telemetry_path = config_.telemetry_path,
                                 .alerts = from.alerts.get(),
                                 .language = language});
  });
}

Site::ReplyPtr Site::readiness() const {
  return hub_.ready() ? text(200, "clawvigil is ready.")
                      : text(503, "Not ready: a collector has not ended its first run yet.");
}

Site::ReplyPtr Site::reload(const Request& request) const {
  if (!config_.enable_lifecycle) {
    return text(403,
                "Reloading over HTTP is off; --web.enable-lifecycle allows it. "
                "SIGHUP always works.");
  }
  if (request.method != "POST") {
    return text(405, "Reloading takes a POST request.", "Allow: POST\r\n");
  }
  if (on_reload_) on_reload_();
  return text(200, "Reload requested; clawvigil_config_last_reload_successful tells how it went.");
}

}  // namespace clawvigil::web
