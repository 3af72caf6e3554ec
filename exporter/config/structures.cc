#include "exporter/config/structures.h"

#include <array>

#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/config/schema.h"
#include "exporter/config/secret_fields.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

namespace {

using yaml::Node;

constexpr std::size_t kMaxCommentBytes = 200;
constexpr std::size_t kMaxProxyLogs = 16;
constexpr Duration kMinHeartbeat = std::chrono::seconds(10);
constexpr Duration kMaxHeartbeat = std::chrono::days(1);

using AcceptField = Field<AcceptedListener>;
constexpr std::array kAcceptFields{
    AcceptField{"protocol", "tcp or udp",
                [](AcceptedListener& item, std::string_view text) {
                  item.protocol = text;
                  return text == "tcp" || text == "udp";
                },
                AcceptField::Need::required},
    AcceptField{"port", "a port from 1 to 65535",
                [](AcceptedListener& item, std::string_view text) {
                  const auto port = parse_port(text, 1);
                  item.port = port.value_or(0);
                  return port.has_value();
                },
                AcceptField::Need::required},
    AcceptField{"comment", "a text of at most 200 bytes",
                [](AcceptedListener& item, std::string_view text) {
                  item.comment = sanitize(text, kMaxCommentBytes);
                  return text.size() <= kMaxCommentBytes;
                }},
};

void add_accepted(Reader& reader, const Node& node, AcceptedListener item, Config& config) {
  auto& list = config.listeners.accepted;
  const bool twice = std::ranges::any_of(list, [&](const AcceptedListener& other) {
    return other.protocol == item.protocol && other.port == item.port;
  });
  if (twice) {
    return reader.problem(node, "listeners.accept: " + item.protocol + " port " +
                                    std::to_string(item.port) + " is given twice");
  }
  if (list.size() == kMaxItems) {
    return reader.problem(node, "listeners.accept: more than 256 items");
  }
  list.push_back(std::move(item));
}

using ProxyLogField = Field<ProxyLog>;
constexpr std::array kProxyLogFields{
    ProxyLogField{"path", "an absolute path",
                  [](ProxyLog& log, std::string_view text) {
                    log.path = text;
                    return is_absolute_path(text) && !text.ends_with('/');
                  },
                  ProxyLogField::Need::required},
    ProxyLogField{"host", "a host name without scheme and port",
                  [](ProxyLog& log, std::string_view text) {
                    log.host = to_lower_ascii(text);
                    return is_host_name(text);
                  }},
};

void add_proxy_log(Reader& reader, const Node& node, ProxyLog log, Config& config) {
  auto& list = config.proxy.logs;
  if (std::ranges::find(list, log.path, &ProxyLog::path) != list.end()) {
    return reader.problem(node,
                          "proxy.logs: " + sanitize(log.path, kShownBytes) + " is given twice");
  }
  if (list.size() == kMaxProxyLogs) return reader.problem(node, "proxy.logs: more than 16 items");
  list.push_back(std::move(log));
}

using OverrideField = Field<RuleOverride>;
constexpr std::array kOverrideFields{
    OverrideField{"enabled", "true or false",
                  [](RuleOverride& rule, std::string_view text) {
                    rule.enabled = text == "true";
                    return text == "true" || text == "false";
                  }},
    OverrideField{"severity", "critical, warning or info",
                  [](RuleOverride& rule, std::string_view text) {
                    rule.severity = text;
                    return is_severity(text);
                  }},
    OverrideField{"for", "a duration such as 10m",
                  [](RuleOverride& rule, std::string_view text) {
                    rule.hold = parse_duration(text);
                    return rule.hold.has_value();
                  }},
};

void read_override(Reader& reader, const Node& node, const std::string& where, RuleOverride& rule) {
  constexpr std::string_view kThreshold = "threshold";
  const std::span<const OverrideField> fields(kOverrideFields);
  std::vector<std::string_view> known = Reader::names(fields);
  known.push_back(kThreshold);
  reader.each_entry(node, where, [&](const Node& key, const Node& value) {
    if (key.text == kThreshold || key.text.starts_with("threshold_")) {
      if (value.kind != Node::Kind::scalar || !is_threshold(value.text)) {
        return reader.wrong(value, where + "." + key.text, "a number or a duration such as 14d");
      }
      const bool only_one = key.text == kThreshold;
      rule.thresholds[only_one ? key.text : key.text.substr(kThreshold.size() + 1)] = value.text;
      return;
    }
    const auto field = std::ranges::find(fields, std::string_view(key.text), &OverrideField::name);
    if (field == fields.end()) return reader.unknown_key(key, where, known);
    reader.read_field(*field, where, value, rule);
  });
}

using HeartbeatField = Field<HeartbeatConfig>;
constexpr std::array kHeartbeatFields{
    HeartbeatField{"url", kExpectedHttpUrl,
                   [](HeartbeatConfig& heartbeat, std::string_view text) {
                     heartbeat.url = text;
                     return is_http_url(text);
                   }},
    secret_file<HeartbeatConfig, &HeartbeatConfig::url_secret>("url-file"),
    secret_credential<HeartbeatConfig, &HeartbeatConfig::url_secret>("url-credential"),
    HeartbeatField{"interval", "a duration from 10s to 1d",
                   [](HeartbeatConfig& heartbeat, std::string_view text) {
                     const auto interval = parse_duration(text);
                     heartbeat.interval = interval.value_or(Duration());
                     return interval && *interval >= kMinHeartbeat && *interval <= kMaxHeartbeat;
                   }},
};

}  // namespace

void read_accepted(Reader& reader, const Node& node, Config& config) {
  constexpr std::string_view kWhere = "listeners.accept";
  reader.read_list<AcceptedListener>(kAcceptFields, node, kWhere,
                                     "{protocol: tcp, port: 443, comment: reverse proxy}",
                                     [&](const yaml::Node& item, AcceptedListener listener) {
                                       add_accepted(reader, item, std::move(listener), config);
                                     });
}

std::string accepted_sample() {
  return "  # Example: accept: [{protocol: tcp, port: 443, comment: reverse proxy}]\n"
         "  accept: []\n";
}

void read_proxy_logs(Reader& reader, const Node& node, Config& config) {
  constexpr std::string_view kWhere = "proxy.logs";
  reader.read_list<ProxyLog>(kProxyLogFields, node, kWhere,
                             "{path: /var/log/nginx/openclaw.access.log}",
                             [&](const yaml::Node& item, ProxyLog log) {
                               add_proxy_log(reader, item, std::move(log), config);
                             });
}

std::string proxy_logs_sample() {
  return "  # Example: logs: [{path: /var/log/nginx/openclaw.access.log}]\n"
         "  # host: claw.example.org beside path counts only requests for that host, where the log "
         "names it.\n"
         "  logs: []\n";
}

void read_overrides(Reader& reader, const Node& node, Config& config) {
  reader.each_entry(node, "alerts.rules", [&](const Node& key, const Node& value) {
    read_override(reader, value, "alerts.rules." + sanitize(key.text, kShownBytes),
                  config.alerts.overrides[key.text]);
  });
}

std::string overrides_sample() {
  return "  # Example:\n"
         "  # rules:\n"
         "  #   UsageIngestLagging: {threshold: 30m, for: 1h, severity: info}\n"
         "  #   UnexpectedListener: {enabled: false}\n"
         "  rules: {}\n";
}

void read_heartbeat(Reader& reader, const Node& node, Config& config) {
  constexpr std::string_view kWhere = "notify.heartbeat";
  HeartbeatConfig& heartbeat = config.notify.heartbeat;
  if (node.kind == Node::Kind::null) return;
  if (!reader.read_object<HeartbeatConfig>(kHeartbeatFields, node, kWhere, heartbeat)) return;
  if (count_given(heartbeat.url, heartbeat.url_secret) != 1) {
    reader.problem(node, "notify.heartbeat: expected one of url, url-file, url-credential");
  }
}

std::string heartbeat_sample() {
  return "  # heartbeat:\n"
         "  #   url-file: /etc/clawvigil/heartbeat.url   # or url, url-credential\n"
         "  #   interval: 5m\n";
}

}  // namespace clawvigil::config
