// The settings of openclaw.json that matter to a watcher, for OpenClaw 2026.3.13 … 2026.9.6.
//
//   {"gateway":{"port":18789,"bind":"loopback","auth":{"mode":"token","token":"…"}},
//    "channels":{"telegram":{"dmPolicy":"pairing"}},"meta":{"lastTouchedVersion":"2026.9.6"}}
//
// Both shapes of the agent list are read (`agents.list[]` and `agents.entries{}`). The version that
// last wrote the file (meta.lastTouchedVersion) selects behaviour that changed between versions.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/openclaw_capabilities.h"
#include "collectors/parse/openclaw_channels.h"
#include "collectors/parse/openclaw_reader.h"
#include "collectors/parse/openclaw_version.h"
#include "exporter/base/result.h"
#include "exporter/base/secret.h"

namespace clawvigil {

struct ConfigDocument;  // openclaw_document.h

enum class SecretSource {
  absent,      // not in openclaw.json nor in .env; the gateway's own environment may still have it
  config,      // in openclaw.json in clear
  env,         // from .env or the env block, by ${VAR}, SecretRef or OpenClaw's own variable
  ref,         // a SecretRef to a file, a command or the store: the value is not looked up
  unresolved,  // refers to a variable that is not known here
};

struct SecretSetting {
  SecretSource source = SecretSource::absent;
  Secret value;  // empty unless source is config or env
};

// A switch that weakens the gateway, by the name of its key ("gateway.controlUi.…").
struct InsecureFlag {
  std::string_view name;
  Setting<bool> on;
};

struct GatewaySettings {
  std::int64_t port = 18789;
  Setting<std::string> bind;  // auto, lan, loopback, custom, tailnet
  Setting<std::string> custom_bind_host;
  Setting<std::string> auth_mode;  // none, token, password, trusted-proxy
  SecretSetting token;
  SecretSetting password;
  Setting<bool> allow_tailscale;
  bool rate_limit_configured = false;
  Setting<std::vector<std::string>> trusted_proxies;
  Setting<std::string> public_origin;                 // "https://claw.example.org", "" if not set
  Setting<std::vector<std::string>> allowed_origins;  // of the control UI
  Setting<std::string> tailscale_mode;                // off, serve, funnel
  Setting<bool> tls_enabled;
  Setting<std::string> tls_certificate;  // gateway.tls.certPath as written, "" if not set
  Setting<bool> control_ui_enabled;
  std::vector<InsecureFlag> insecure_flags;  // the closed list, always complete
};

struct AgentSettings {
  std::string id;
  std::string workspace;  // as written, "" if not set
  std::string agent_dir;  // as written, "" if not set
};

struct ModelSettings {
  std::string provider;
  std::string id;
  struct Cost {  // USD per million tokens
    double input = 0;
    double output = 0;
    double cache_read = 0;
    double cache_write = 0;
  };
  std::optional<Cost> cost;
};

struct OpenClawSettings {
  std::string version;  // meta.lastTouchedVersion, "" if not written
  GatewaySettings gateway;
  Setting<bool> hooks_enabled;
  SecretSetting hooks_token;
  std::vector<ChannelAccount> channels;
  Setting<std::string> dm_scope;  // main, per-peer, per-channel-peer, per-account-channel-peer
  Setting<std::vector<std::string>> owner_allow_from;  // commands.ownerAllowFrom without "*"
  Setting<std::string> log_level;
  std::string log_file;                      // "" if not set
  Setting<bool> auto_update;                 // update.auto.enabled: OpenClaw replaces itself
  std::string session_store;                 // session.store: transcripts elsewhere, "" if not set
  Setting<std::string> session_maintenance;  // session.maintenance.mode: warn, enforce
  std::string default_workspace;             // agents.defaults.workspace, "" if not set
  std::vector<AgentSettings> agents;
  std::vector<ModelSettings> models;
  CapabilitySettings capabilities;
  std::vector<Error> issues;    // wrong types, with the path of the key; at most 20
  std::vector<Error> problems;  // what else could not be read (.env); filled by the loader
};

// Names of GatewaySettings::insecure_flags, in their order.
[[nodiscard]] std::vector<std::string_view> insecure_flag_names();

// Pure; never fails: what is malformed is in `issues` and unknown or default in the settings.
// `profile` is the profile's name, "" for the default state directory.
[[nodiscard]] OpenClawSettings read_settings(const ConfigDocument& document,
                                             std::string_view profile);

// The TCP ports the gateway of these settings listens on: its own and, before 2026.9, the browser
// control (+2) and relay (+3) ports it derives.
[[nodiscard]] std::vector<std::uint16_t> gateway_ports(const OpenClawSettings& settings);

}  // namespace clawvigil
