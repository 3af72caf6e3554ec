// The owner's settings as plain data: defaults here, values from the YAML file and the command line
// (loader.h, flags in exporter/cli). Immutable once loaded; a reload builds a new one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/config/alerting.h"
#include "exporter/config/ground.h"
#include "exporter/config/spend.h"

namespace clawvigil {

struct WebConfig {
  std::string listen_address = "127.0.0.1:9842";  // loopback only
  std::string telemetry_path = "/metrics";
  bool enable_lifecycle = false;    // POST /-/reload
  bool allow_gateway_user = false;  // serve connections made by the watched gateway's own user
  std::string auth_file;            // --web.config.file: basic_auth_users; empty: no passwords
  std::vector<std::string> allowed_hosts;  // Host names accepted beside the listen address

  bool operator==(const WebConfig&) const = default;
};

struct LogConfig {
  log::Level level = log::Level::info;
  log::Format format = log::Format::logfmt;
};

struct AcceptedListener {
  std::string protocol;  // "tcp" or "udp"
  std::uint16_t port = 0;
  std::string comment;
};

struct ListenersConfig {
  std::vector<AcceptedListener> accepted;
};

// What the owner says of one credential; the rules show the ids.
struct CredentialSetting {
  std::string id;                    // "model/openai", "gateway/token"
  std::optional<SystemTime> issued;  // when it was made
  std::optional<Duration> max_age;   // instead of the rule's own limit
  bool ignore = false;               // its age and expiry are never told
};

struct KeysConfig {
  std::vector<CredentialSetting> credentials;
};

// An access log of the reverse proxy before the gateway.
struct ProxyLog {
  std::string path;  // absolute
  std::string host;  // only requests for this host count; "": all of them
};

struct ProxyConfig {
  std::vector<ProxyLog> logs;  // empty: the usual places are looked at
};

struct OpenClawConfig {
  std::vector<std::string> homes;  // absolute state directories; empty: discover
};

struct CollectorsConfig {
  bool disable_defaults = false;
  std::vector<std::string> enabled;   // --collector.NAME
  std::vector<std::string> disabled;  // --no-collector.NAME

  bool operator==(const CollectorsConfig&) const = default;
};

struct Config {
  WebConfig web;
  LogConfig log;
  OpenClawConfig openclaw;
  CollectorsConfig collectors;
  ListenersConfig listeners;
  KeysConfig keys;
  ProxyConfig proxy;
  TlsConfig tls;
  BackupsConfig backups;
  EgressConfig egress;
  OwnerConfig owner;
  WorkspaceConfig workspace;
  SpendConfig spend;
  AlertsConfig alerts;
  NotifyConfig notify;
  std::string storage_path = "/var/lib/clawvigil";
  std::string probes_directory = "/var/lib/clawvigil-probes";  // the spool of privileged probes
  std::string rootfs = "/";
  std::string cgroups;  // where the cgroup tree is mounted below rootfs; "": found
};

}  // namespace clawvigil
