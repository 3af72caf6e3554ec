#include "collectors/parse/tailscale.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "collectors/parse/json_object.h"
#include "exporter/base/digits.h"
#include "exporter/base/utc_time.h"

namespace clawvigil::parse {

namespace {

using nlohmann::json;

std::optional<std::uint16_t> port_of(std::string_view text) {
  const auto port = parse_integer<std::uint16_t>(text);
  return port && *port > 0 ? port : std::nullopt;
}

// "claw.tail1234.ts.net:443" -> 443
std::optional<std::uint16_t> port_after_colon(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  return colon == std::string_view::npos ? std::nullopt : port_of(text.substr(colon + 1));
}

// "http://127.0.0.1:18789/x", "https+insecure://localhost:18789", "localhost:3030", "3030". Only
// the port counts: one of the gateway's leads to it by whatever name this host is called.
std::optional<std::uint16_t> target_port(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (scheme != std::string_view::npos) target.remove_prefix(scheme + 3);
  target = target.substr(0, target.find('/'));
  if (const auto port = port_of(target)) return port;
  return port_after_colon(target);
}

class ServeReader {
 public:
  Result<std::vector<TailscaleServed>> read(const json& config) {
    read_config(config, /*may_funnel=*/true);
    if (const json* all = member(config, "Foreground", json::value_t::object)) {
      for (const json& one : *all) read_config(one, /*may_funnel=*/true);
    }
    if (const json* all = member(config, "Services", json::value_t::object)) {
      for (const json& one : *all) read_config(one, /*may_funnel=*/false);
    }
    if (served_.size() > kMaxTailscaleServed) {
      return fail(Errc::too_large, "tailscale serves more than can be looked at");
    }
    return std::move(served_);
  }

 private:
  void read_config(const json& config, bool may_funnel) {
    const json* const tcp = member(config, "TCP", json::value_t::object);
    if (tcp == nullptr) return;
    for (const auto& [name, handler] : tcp->items()) {
      const auto port = port_of(name);
      if (!port) continue;
      if (const std::string_view forward = text_of(handler, "TCPForward"); !forward.empty()) {
        add(*port, target_port(forward), may_funnel && is_funnelled(config, *port, ""));
      } else if (is_true(handler, "HTTPS") || is_true(handler, "HTTP")) {
        read_web(config, *port, may_funnel);
      }
    }
  }

  void read_web(const json& config, std::uint16_t port, bool may_funnel) {
    const json* const web = member(config, "Web", json::value_t::object);
    if (web == nullptr) return;
    for (const auto& [name, server] : web->items()) {
      if (port_after_colon(name) != port) continue;
      const json* const handlers = member(server, "Handlers", json::value_t::object);
      if (handlers == nullptr) continue;
      const bool funnel = may_funnel && is_funnelled(config, port, name);
      for (const json& handler : *handlers)
        add(port, target_port(text_of(handler, "Proxy")), funnel);
    }
  }

  // Whether the internet may come in at `port`: under this name, or under any.
  static bool is_funnelled(const json& config, std::uint16_t port, std::string_view name) {
    const json* const allowed = member(config, "AllowFunnel", json::value_t::object);
    if (allowed == nullptr) return false;
    return std::ranges::any_of(allowed->items(), [&](const auto& item) {
      const bool meant = name.empty() ? port_after_colon(item.key()) == port : item.key() == name;
      return meant && item.value().is_boolean() && item.value().template get<bool>();
    });
  }

  void add(std::uint16_t port, std::optional<std::uint16_t> target, bool funnel) {
    if (served_.size() <= kMaxTailscaleServed) served_.push_back({port, target, funnel});
  }

  std::vector<TailscaleServed> served_;
};

}  // namespace

Result<TailscaleStatus> parse_tailscale_status(std::string_view text) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  const std::string_view state = text_of(document, "BackendState");
  if (state.empty()) return fail(Errc::parse, "this is not the status of tailscaled");
  TailscaleStatus status;
  status.running = state == "Running";
  if (const json* const self = member(document, "Self", json::value_t::object)) {
    status.expired = is_true(*self, "Expired");
    status.key_expiry = parse_utc_time(text_of(*self, "KeyExpiry"));
  }
  return status;
}

Result<std::vector<TailscaleServed>> parse_tailscale_serve(std::string_view text) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_null()) return std::vector<TailscaleServed>();
  if (!document.is_object()) return fail(Errc::parse, "this is not what tailscaled serves");
  return ServeReader().read(document);
}

}  // namespace clawvigil::parse
