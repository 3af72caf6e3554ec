#include "collectors/gateway_probe.h"

#include <nlohmann/json.hpp>
#include <string>

#include "exporter/host/http_probe.h"

namespace clawvigil {

namespace {

constexpr int kOk = 200;
constexpr int kFirstRedirect = 300;
constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kUnavailable = 503;

Result<> check_reachable(const GatewaySettings& settings) {
  const std::string& bind = settings.bind.value;
  const std::string& host = settings.custom_bind_host.value;
  const bool elsewhere = bind == "tailnet" || (bind == "custom" && host != "0.0.0.0" &&
                                               host != "127.0.0.1" && host != "localhost");
  if (!settings.bind.known || elsewhere) {
    return fail(Errc::unsupported, "the gateway does not listen on loopback, it is not probed");
  }
  return {};
}

host::ProbeRequest request_for(const GatewaySettings& settings, std::string path) {
  host::ProbeRequest request;
  request.port = static_cast<std::uint16_t>(settings.port);
  request.path = std::move(path);
  request.tls = settings.tls_enabled.value;
  return request;
}

// The handler behind the authentication refuses an empty request: {"error":{"type":…}}, where the
// type is invalid_request_error in 2026.3.13 and invalid_request in 2026.9.6.
bool is_invalid_request(const std::string& body) {
  const auto reply = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!reply.is_object() || !reply.contains("error")) return false;
  const auto& error = reply["error"];
  if (!error.is_object() || !error.contains("type")) return false;
  return error["type"] == "invalid_request" || error["type"] == "invalid_request_error";
}

}  // namespace

Result<GatewayHealth> probe_health(const GatewaySettings& settings) {
  TRY(check_reachable(settings));
  GatewayHealth health;
  const auto live = host::probe_loopback(request_for(settings, "/healthz"));
  if (!live && live.error().code == Errc::unsupported) return std::unexpected(live.error());
  if (!live) return health;
  health.duration = live->duration;
  health.up = live->status == kOk;
  if (!health.up) return health;
  const auto ready = host::probe_loopback(request_for(settings, "/readyz"));
  if (ready && (ready->status == kOk || ready->status == kUnavailable)) {
    health.ready = ready->status == kOk;
  }
  return health;
}

Result<bool> probe_unauthenticated_access(const GatewaySettings& settings) {
  TRY(check_reachable(settings));
  auto request = request_for(settings, "/tools/invoke");
  request.json_body = "{}";
  TRY_ASSIGN(const host::ProbeReply reply, host::probe_loopback(request));
  if (reply.status == kUnauthorized || reply.status == kForbidden) return false;
  if (reply.status >= kOk && reply.status < kFirstRedirect) return true;
  if (reply.status == kBadRequest && is_invalid_request(reply.body)) return true;
  return fail(Errc::unsupported,
              "POST /tools/invoke answered with status " + std::to_string(reply.status));
}

}  // namespace clawvigil
