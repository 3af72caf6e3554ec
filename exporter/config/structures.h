// The settings that are objects or lists of objects: how they are read, and how the sample shows
// them. One pair of functions a setting, named in the table of schema.cc.
#pragma once

#include <string>

#include "exporter/config/config.h"
#include "exporter/config/reader.h"

namespace clawvigil::config {

// listeners.accept: [{protocol: tcp, port: 443, comment: …}]
void read_accepted(Reader& reader, const yaml::Node& node, Config& config);
[[nodiscard]] std::string accepted_sample();

// egress.ports: [6697, 993]
void read_egress_ports(Reader& reader, const yaml::Node& node, Config& config);
[[nodiscard]] std::string egress_ports_sample();

// keys.credentials: [{id: model/openai, issued: 2026-01-31, max-age: 180d}, {id: …, ignore: true}]
void read_credentials(Reader& reader, const yaml::Node& node, Config& config);
[[nodiscard]] std::string credentials_sample();
// proxy.logs: [{path: /var/log/nginx/openclaw.access.log, host: claw.example.org}]
void read_proxy_logs(Reader& reader, const yaml::Node& node, Config& config);
[[nodiscard]] std::string proxy_logs_sample();

// tls.endpoints: [{url: https://claw.example.org/, ca-file: /etc/ssl/own-ca.pem}]
void read_tls_endpoints(Reader& reader, const yaml::Node& node, Config& config);
[[nodiscard]] std::string tls_endpoints_sample();
// backups.sources: [{name: nightly, files: /backup/openclaw-*.tar.age, max-age: 26h, keep: 14}]
void read_backups(Reader& reader, const yaml::Node& node, Config& config);
[[nodiscard]] std::string backups_sample();

// spend.budgets: [{name: everything, period: month, usd: 100}, {name: …, tokens: 2M, agent: …}]
void read_budgets(Reader& reader, const yaml::Node& node, Config& config);
[[nodiscard]] std::string budgets_sample();

// alerts.rules: {AlertName: {enabled: false, severity: info, for: 10m, threshold: 14d}}. Whether
// such a rule and threshold exist is known where the rules are loaded.
void read_overrides(Reader& reader, const yaml::Node& node, Config& config);
[[nodiscard]] std::string overrides_sample();

// notify.receivers: [{name: phone, type: telegram, …}]
void read_receivers(Reader& reader, const yaml::Node& node, Config& config);
[[nodiscard]] std::string receivers_sample();

// notify.heartbeat: {url: …, interval: 5m}
void read_heartbeat(Reader& reader, const yaml::Node& node, Config& config);
[[nodiscard]] std::string heartbeat_sample();

}  // namespace clawvigil::config
