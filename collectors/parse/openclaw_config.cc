#include "collectors/parse/openclaw_config.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "collectors/parse/openclaw_document.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using Variables = std::map<std::string, std::string>;

constexpr std::size_t kMaxAgents = 256;
constexpr std::size_t kMaxProviders = 256;
constexpr std::size_t kMaxModels = 1024;
constexpr std::int64_t kMaxPort = 65535;
constexpr OpenClawVersion kProfilePorts{2026, 8, 0};
constexpr OpenClawVersion kSinglePort{2026, 9, 0};

// Keys whose `true` weakens the gateway. The last two stand for lists.
constexpr std::array<std::string_view, 9> kFlags = {
    "gateway.allowRealIpFallback",
    "gateway.controlUi.allowExternalEmbedUrls",
    "gateway.controlUi.allowInsecureAuth",
    "gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback",
    "gateway.controlUi.dangerouslyDisableDeviceAuth",
    "hooks.allowRequestSessionKey",
    "hooks.gmail.allowUnsafeExternalContent",
    "hooks.mappings.allowUnsafeExternalContent",
    "gateway.controlUi.allowedOrigins.wildcard",
};
constexpr std::size_t kPlainFlags = kFlags.size() - 2;

SecretSetting from_variable(const Variables& environment, const std::string& name) {
  const auto found = environment.find(name);
  if (found == environment.end() || trim(found->second).empty()) {
    return {SecretSource::unresolved, {}};
  }
  return {SecretSource::env, Secret(found->second)};
}

// "$NAME", OpenClaw's short form of a reference (names as in ${NAME}, but it begins with a letter).
bool is_short_reference(std::string_view text) {
  if (text.size() < 2 || text[0] != '$' || text[1] < 'A' || text[1] > 'Z') return false;
  return std::all_of(text.begin() + 1, text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

SecretSetting from_reference(const Node& node, const Variables& environment) {
  const auto source = node["source"].choice("", {"env", "file", "exec", "store"});
  const auto id = node["id"].text("");
  if (source.known && source.value == "env" && id.known)
    return from_variable(environment, id.value);
  return {source.known && !source.value.empty() ? SecretSource::ref : SecretSource::unresolved, {}};
}

// A text that equals a variable's value came from it: ${NAME} has been replaced by now.
SecretSource source_of(std::string_view text, const Variables& environment) {
  const bool variable = std::ranges::any_of(
      environment, [text](const auto& entry) { return trim(entry.second) == text; });
  return variable ? SecretSource::env : SecretSource::config;
}

SecretSetting read_secret(const Node& node, const Variables& environment,
                          const std::string& fallback_variable) {
  SecretSetting setting;
  if (!node.exists()) {
    setting = {};
  } else if (node.json()->is_object()) {
    return from_reference(node, environment);
  } else if (const auto text = node.text(""); !text.known) {
    return {SecretSource::unresolved, {}};
  } else if (const std::string_view value = trim(text.value); is_short_reference(value)) {
    return from_variable(environment, std::string(value.substr(1)));
  } else if (!value.empty() && !has_env_reference(value)) {
    return {source_of(value, environment), Secret(std::string(value))};
  }
  if (fallback_variable.empty() || !environment.contains(fallback_variable)) return setting;
  return from_variable(environment, fallback_variable);
}

// The port OpenClaw derives from the name of a profile that configures none (FNV-1a).
std::int64_t profile_port(std::string_view profile) {
  constexpr std::uint32_t kOffset = 2166136261;
  constexpr std::uint32_t kPrime = 16777619;
  constexpr std::uint32_t kFirst = 20000;
  constexpr std::uint32_t kCount = 40000;
  std::uint32_t hash = kOffset;
  for (const char c : profile) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return kFirst + hash % kCount;
}

std::int64_t read_port(const Node& gateway, const Variables& environment, std::string_view profile,
                       const std::optional<OpenClawVersion>& version) {
  if (const auto found = environment.find("OPENCLAW_GATEWAY_PORT"); found != environment.end()) {
    const std::string_view text = trim(found->second);
    const auto port = parse_integer<std::int64_t>(text);
    if (port && *port > 0 && *port <= kMaxPort) return *port;
  }
  const auto port = gateway["port"].integer(GatewaySettings{}.port, 1, kMaxPort);
  const bool named = !profile.empty() && to_lower_ascii(profile) != "default";
  if (!port.configured && named && (!version || *version >= kProfilePorts)) {
    return profile_port(profile);
  }
  return port.value;
}

Node at(const Node& root, std::string_view path) {
  Node node = root;
  for (const std::string_view key : split(path, '.')) node = node[key];
  return node;
}

std::vector<InsecureFlag> read_flags(const Node& root) {
  std::vector<InsecureFlag> flags;
  flags.reserve(kFlags.size());
  for (std::size_t i = 0; i < kPlainFlags; ++i) {
    flags.push_back({kFlags[i], at(root, kFlags[i]).boolean(false)});
  }
  Setting<bool> mappings;
  for (const NodeMember& mapping : root["hooks"]["mappings"].elements(kMaxModels)) {
    const auto unsafe = mapping.node["allowUnsafeExternalContent"].boolean(false);
    mappings = {mappings.value || unsafe.value, true, mappings.known && unsafe.known};
  }
  flags.push_back({kFlags[kPlainFlags], mappings});
  const auto origins = at(root, "gateway.controlUi.allowedOrigins").text_list();
  const bool wildcard = std::ranges::find(origins.value, "*") != origins.value.end();
  flags.push_back({kFlags[kPlainFlags + 1], {wildcard, origins.configured, origins.known}});
  return flags;
}

GatewaySettings read_gateway(const Node& root, const Variables& environment,
                             std::string_view profile,
                             const std::optional<OpenClawVersion>& version) {
  const Node gateway = root["gateway"];
  const Node auth = gateway["auth"];
  GatewaySettings settings;
  settings.port = read_port(gateway, environment, profile, version);
  settings.bind =
      gateway["bind"].choice("loopback", {"auto", "lan", "loopback", "custom", "tailnet"});
  settings.custom_bind_host = gateway["customBindHost"].text("");
  settings.token = read_secret(auth["token"], environment, "OPENCLAW_GATEWAY_TOKEN");
  settings.password = read_secret(auth["password"], environment, "OPENCLAW_GATEWAY_PASSWORD");
  const std::string_view implied = settings.password.value.empty() ? "token" : "password";
  settings.auth_mode = auth["mode"].choice(implied, {"none", "token", "password", "trusted-proxy"});
  settings.tailscale_mode = gateway["tailscale"]["mode"].choice("off", {"off", "serve", "funnel"});
  const bool by_serve = settings.tailscale_mode.value == "serve" &&
                        (settings.auth_mode.value == "none" || settings.auth_mode.value == "token");
  settings.allow_tailscale = auth["allowTailscale"].boolean(by_serve);
  settings.rate_limit_configured = auth["rateLimit"].exists();
  settings.trusted_proxies = gateway["trustedProxies"].text_list();
  settings.public_origin = gateway["publicOrigin"].text("");
  settings.allowed_origins = gateway["controlUi"]["allowedOrigins"].text_list();
  settings.tls_enabled = gateway["tls"]["enabled"].boolean(false);
  settings.tls_certificate = gateway["tls"]["certPath"].text("");
  settings.control_ui_enabled = gateway["controlUi"]["enabled"].boolean(true);
  settings.insecure_flags = read_flags(root);
  return settings;
}

// `agents.entries` since 2026.8, `agents.list` before; with neither there is one agent, "main".
std::vector<AgentSettings> read_agents(const Node& agents) {
  std::vector<AgentSettings> result;
  const auto add = [&result](std::string id, const Node& node) {
    result.push_back(
        {std::move(id), node["workspace"].text("").value, node["agentDir"].text("").value});
  };
  for (const NodeMember& entry : agents["entries"].members(kMaxAgents)) add(entry.key, entry.node);
  for (const NodeMember& entry : agents["list"].elements(kMaxAgents)) {
    const auto id = entry.node["id"].text("");
    if (!id.value.empty()) add(id.value, entry.node);
  }
  if (result.empty()) result.push_back({"main", "", ""});
  return result;
}

std::optional<ModelSettings::Cost> read_cost(const Node& cost) {
  if (!cost.exists()) return std::nullopt;
  return ModelSettings::Cost{cost["input"].number(0).value, cost["output"].number(0).value,
                             cost["cacheRead"].number(0).value, cost["cacheWrite"].number(0).value};
}

std::vector<ModelSettings> read_models(const Node& providers) {
  std::vector<ModelSettings> result;
  for (const NodeMember& provider : providers.members(kMaxProviders)) {
    for (const NodeMember& model : provider.node["models"].elements(kMaxModels)) {
      const auto id = model.node["id"].text("");
      if (id.value.empty() || result.size() >= kMaxModels) continue;
      result.push_back({provider.key, id.value, read_cost(model.node["cost"])});
    }
  }
  return result;
}

// Sessions are only warned about by default up to 2026.3.13, and tidied away from 2026.4.26 on.
Setting<std::string> read_maintenance(const Node& mode,
                                      const std::optional<OpenClawVersion>& version) {
  constexpr OpenClawVersion kLastThatWarns{2026, 3, 13};
  constexpr OpenClawVersion kFirstThatEnforces{2026, 4, 26};
  const bool enforces = !version || *version >= kFirstThatEnforces;
  Setting<std::string> setting = mode.choice(enforces ? "enforce" : "warn", {"warn", "enforce"});
  const bool told = version && (enforces || *version <= kLastThatWarns);
  if (!setting.configured && !told) setting.known = false;
  return setting;
}

}  // namespace

std::vector<std::string_view> insecure_flag_names() { return {kFlags.begin(), kFlags.end()}; }

OpenClawSettings read_settings(const ConfigDocument& document, std::string_view profile) {
  OpenClawSettings settings;
  const Node root(&document.root, "", settings.issues);
  settings.version = root["meta"]["lastTouchedVersion"].text("").value;
  const auto version = parse_openclaw_version(settings.version);
  settings.gateway = read_gateway(root, document.environment, profile, version);
  settings.hooks_enabled = root["hooks"]["enabled"].boolean(false);
  settings.hooks_token = read_secret(root["hooks"]["token"], document.environment, "");
  settings.channels = read_channels(root["channels"], version);
  settings.dm_scope = root["session"]["dmScope"].choice(
      "main", {"main", "per-peer", "per-channel-peer", "per-account-channel-peer"});
  settings.owner_allow_from = root["commands"]["ownerAllowFrom"].text_list();
  std::erase(settings.owner_allow_from.value, "*");  // OpenClaw ignores it
  settings.log_level = root["logging"]["level"].text("info");
  settings.log_file = root["logging"]["file"].text("").value;
  settings.auto_update = root["update"]["auto"]["enabled"].boolean(false);
  settings.session_store = root["session"]["store"].text("").value;
  settings.session_maintenance = read_maintenance(root["session"]["maintenance"]["mode"], version);
  settings.default_workspace = root["agents"]["defaults"]["workspace"].text("").value;
  settings.agents = read_agents(root["agents"]);
  settings.models = read_models(root["models"]["providers"]);
  settings.capabilities = read_capabilities(root, settings.channels, version);
  return settings;
}

std::vector<std::uint16_t> gateway_ports(const OpenClawSettings& settings) {
  constexpr std::int64_t kBrowserOffset = 2;
  constexpr std::int64_t kRelayOffset = 3;
  const std::int64_t port = settings.gateway.port;
  std::vector<std::uint16_t> ports{static_cast<std::uint16_t>(port)};
  const auto version = parse_openclaw_version(settings.version);
  if (version && *version >= kSinglePort) return ports;
  for (const std::int64_t offset : {kBrowserOffset, kRelayOffset}) {
    if (port + offset <= kMaxPort) ports.push_back(static_cast<std::uint16_t>(port + offset));
  }
  return ports;
}

}  // namespace clawvigil
