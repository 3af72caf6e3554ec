#include "exporter/config/schema.h"

#include <algorithm>
#include <array>

#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/config/reader.h"
#include "exporter/config/structures.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

namespace {

constexpr Duration kMinRepeat = std::chrono::minutes(1);
constexpr Duration kMaxRepeat = std::chrono::weeks(52);
constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 2> kFormats{"logfmt", "json"};
constexpr std::array<std::string_view, 2> kBooleans{"true", "false"};
constexpr std::array<std::string_view, 2> kLanguages{"en", "fr"};
constexpr std::uint32_t kMaxMessages = 1000;
constexpr std::string_view kExpectedRepeat = "a duration such as 4h, from 1m to 52w";

template <Duration NotifyConfig::* Member>
constexpr Parsed duration() {
  return {[](Config& c, std::string_view text) {
            const auto parsed = parse_duration(text);
            c.notify.*Member = parsed.value_or(Duration());
            return parsed && *parsed >= kMinRepeat && *parsed <= kMaxRepeat;
          },
          [](const Config& c) { return to_string(c.notify.*Member); }};
}

template <Duration WorkspaceConfig::* Member>
constexpr Parsed time_of_day() {
  return {[](Config& c, std::string_view text) {
            const auto time = parse_time_of_day(text);
            c.workspace.*Member = time.value_or(std::chrono::minutes());
            return time.has_value();
          },
          [](const Config& c) {
            const auto time = std::chrono::floor<std::chrono::minutes>(c.workspace.*Member);
            return "\"" + to_time_of_day(time) + "\"";
          }};
}

constexpr std::array kSections{
    Section{"web", "The HTTP endpoint"},
    Section{"openclaw", "What is watched"},
    Section{"owner", "You"},
    Section{"workspace", "The git repositories agents work in"},
    Section{"listeners", "Listening sockets known to be right"},
    Section{"egress", "Where the gateway connects to"},
    Section{"keys", "Credentials and their age"},
    Section{"proxy", "The reverse proxy before the gateway"},
    Section{"tls", "HTTPS as others see it"},
    Section{"backups", "Backups of OpenClaw's state"},
    Section{"spend", "What the agents may cost"},
    Section{"alerts", "Alert rules"},
    Section{"notify", "Notifications"},
    Section{"collectors", "Which collectors run"},
    Section{"storage", "State that survives a restart"},
    Section{"probes", "Readings that need root"},
    Section{"path", "Where the machine is mounted"},
    Section{"log", "Log lines, written to standard error"},
};

constexpr std::string_view kExpectedPath = "an absolute path";
constexpr std::string_view kExpectedMail = "an e-mail address such as me@example.org";
constexpr std::string_view kExpectedTime = "a time of day such as \"08:00\"";

constexpr std::array kKeys{
    Key{"web.listen-address", "--web.listen-address", "ADDRESS",
        Text{[](Config& c) -> std::string& { return c.web.listen_address; }}, is_loopback_address,
        "an IPv4 loopback address and a port such as 127.0.0.1:9842 (from elsewhere: an SSH "
        "tunnel, tailscale serve, or a reverse proxy)",
        "Loopback address and port to serve on; port 0 takes a free one.", ""},
    Key{"web.telemetry-path", "--web.telemetry-path", "URL-PATH",
        Text{[](Config& c) -> std::string& { return c.web.telemetry_path; }}, is_telemetry_path,
        "a URL path such as /metrics, not below /api/ or /-/",
        "URL path under which the metrics are served.", ""},
    Key{"web.config-file", "--web.config.file", "PATH",
        Text{[](Config& c) -> std::string& { return c.web.auth_file; }}, is_absolute_path,
        kExpectedPath,
        "File with basic_auth_users (name: bcrypt hash), as Prometheus exporters have it.",
        "/etc/clawvigil/web.yml"},
    Key{"web.enable-lifecycle", "--web.enable-lifecycle", "",
        Boolean{[](Config& c) -> bool& { return c.web.enable_lifecycle; }}, nullptr, "",
        "Accept POST /-/reload (SIGHUP always reloads).", ""},
    Key{"web.allow-gateway-user", "--web.allow-gateway-user", "",
        Boolean{[](Config& c) -> bool& { return c.web.allow_gateway_user; }}, nullptr, "",
        "Serve connections made by the user the gateway runs as; refused otherwise, because the "
        "page would tell a compromised agent what is watched.",
        ""},
    Key{"web.allowed-hosts", "--web.allowed-host", "NAME",
        Texts{[](Config& c) -> std::vector<std::string>& { return c.web.allowed_hosts; }},
        is_host_name, "a host name without scheme and port",
        "Host name accepted in requests beside localhost and the listen address: the name a "
        "reverse proxy or tailscale serve passes on.",
        "claw.example.ts.net"},
    Key{"openclaw.homes", "--openclaw.home", "PATH",
        Texts{[](Config& c) -> std::vector<std::string>& { return c.openclaw.homes; }},
        is_absolute_path, kExpectedPath,
        "Directory that holds openclaw.json; default: every home directory that has one.",
        "/home/claw/.openclaw"},
    Key{"owner.time-zone", "", "ZONE",
        Text{[](Config& c) -> std::string& { return c.owner.time_zone; }}, is_time_zone,
        "the name of a time zone such as Europe/Paris",
        "Your time zone, by which hours are usual or not; default: that of this host.",
        "Europe/Paris"},
    Key{"owner.emails", "", "ADDRESS",
        Texts{[](Config& c) -> std::vector<std::string>& { return c.owner.emails; }},
        is_mail_address, kExpectedMail,
        "Addresses you commit under. They are compared with the authors of commits, nothing is "
        "sent there.",
        "me@example.org"},
    Key{"workspace.agent-emails", "", "ADDRESS",
        Texts{[](Config& c) -> std::vector<std::string>& { return c.workspace.agent_emails; }},
        is_mail_address, kExpectedMail,
        "Addresses your agents commit under, beside those git is configured with there.",
        "claw@example.org"},
    Key{"workspace.day-begins", "", "TIME", time_of_day<&WorkspaceConfig::day_begins>(), nullptr,
        kExpectedTime, "From when on commits are at a usual hour, in your time zone.", ""},
    Key{"workspace.day-ends", "", "TIME", time_of_day<&WorkspaceConfig::day_ends>(), nullptr,
        kExpectedTime, "Until when.", ""},
    Key{"listeners.accept", "", "", Structure{read_accepted, accepted_sample}, nullptr, "",
        "Sockets you expect to listen beyond loopback; others count as unexpected.", ""},
    Key{"egress.local-models-only", "", "",
        Boolean{[](Config& c) -> bool& { return c.egress.local_models_only; }}, nullptr, "",
        "The gateway uses models of this network only: tell of any connection to the internet.",
        ""},
    Key{"egress.ports", "", "", Structure{read_egress_ports, egress_ports_sample}, nullptr, "",
        "Ports your gateway connects to by right, beside 53, 80, 443 and 853.", ""},
    Key{"keys.credentials", "", "", Structure{read_credentials, credentials_sample}, nullptr, "",
        "What you know of single credentials: when one was issued, how old it may get. Alerts and "
        "the metric clawvigil_credential_created_timestamp_seconds show their ids.",
        ""},
    Key{"proxy.logs", "", "", Structure{read_proxy_logs, proxy_logs_sample}, nullptr, "",
        "Access logs that hold only requests for the gateway; default: the usual places, in which "
        "only lines that name the gateway's host count.",
        ""},
    Key{"tls.endpoints", "", "", Structure{read_tls_endpoints, tls_endpoints_sample}, nullptr, "",
        "Where others reach the gateway. Each is visited every 5 minutes as a stranger would: "
        "certificate, security headers, plain HTTP, and whether requests without a token are "
        "refused.",
        ""},
    Key{"tls.files", "", "PATH",
        Texts{[](Config& c) -> std::vector<std::string>& { return c.tls.files; }}, is_absolute_path,
        kExpectedPath, "Certificates in PEM whose end you want to be told of.",
        "/etc/letsencrypt/live/claw.example.org/fullchain.pem"},
    Key{"backups.sources", "", "", Structure{read_backups, backups_sample}, nullptr, "",
        "Where your backups are: files (a pattern), a restic repository or cache, a borg "
        "repository or security directory, or a stamp file your backup job touches. State "
        "encrypted and off-host where they cannot be seen.",
        ""},
    Key{"spend.budgets", "", "", Structure{read_budgets, budgets_sample}, nullptr, "",
        "What may be spent in an hour, a day, a week or a month of your time zone, in USD or in "
        "tokens (input and output). You are told at 50, 80 and 100 %, and when it will not do.",
        ""},
    Key{"alerts.enabled", "", "", Boolean{[](Config& c) -> bool& { return c.alerts.enabled; }},
        nullptr, "", "Evaluate the rules here; false where only a Prometheus does.", ""},
    Key{"alerts.rule-files", "", "PATH",
        Texts{[](Config& c) -> std::vector<std::string>& { return c.alerts.rule_files; }},
        is_absolute_path, kExpectedPath,
        "Your own rule files in Prometheus' format, beside the bundled ones.",
        "/etc/clawvigil/rules.yml"},
    Key{"alerts.rules", "", "", Structure{read_overrides, overrides_sample}, nullptr, "",
        "Changes of bundled rules (clawvigil rules list shows their names and thresholds).", ""},
    Key{"notify.language", "", "LANGUAGE",
        Choice{kLanguages, [](const Config& c) -> std::size_t { return c.notify.language == "fr"; },
               [](Config& c, std::size_t i) { c.notify.language = kLanguages[i]; }},
        nullptr, "", "Language of the messages: en or fr.", ""},
    Key{"notify.page-url", "", "URL",
        Text{[](Config& c) -> std::string& { return c.notify.page_url; }}, is_http_url,
        kExpectedHttpUrl, "Where you can open the status page; it is then linked in messages.",
        "https://claw.example.ts.net/"},
    Key{"notify.runbook-url", "", "URL",
        Text{[](Config& c) -> std::string& { return c.notify.runbook_url; }}, is_http_url,
        kExpectedHttpUrl, "Another place of the runbook.", "https://wiki.example.org/clawvigil"},
    Key{"notify.repeat-critical", "", "DURATION", duration<&NotifyConfig::repeat_critical>(),
        nullptr, kExpectedRepeat, "How long until a critical alert that goes on is told again.",
        ""},
    Key{"notify.repeat-warning", "", "DURATION", duration<&NotifyConfig::repeat_warning>(), nullptr,
        kExpectedRepeat, "The same for a warning.", ""},
    Key{"notify.max-per-hour", "", "NUMBER",
        Parsed{[](Config& c, std::string_view text) {
                 const auto count = parse_count(text, 1, kMaxMessages);
                 c.notify.max_per_hour = count.value_or(c.notify.max_per_hour);
                 return count.has_value();
               },
               [](const Config& c) { return std::to_string(c.notify.max_per_hour); }},
        nullptr, "a number from 1 to 1000",
        "Messages an hour to one receiver; what is beyond comes later, as one message.", ""},
    Key{"notify.digest-at", "", "TIME",
        Parsed{[](Config& c, std::string_view text) {
                 const auto time = parse_time_of_day(text);
                 c.notify.digest_at = time.value_or(c.notify.digest_at);
                 return time.has_value();
               },
               [](const Config& c) { return "\"" + to_time_of_day(c.notify.digest_at) + "\""; }},
        nullptr, kExpectedTime, "When the daily digest is sent, in the time zone of this host.",
        ""},
    Key{"notify.digest-when-quiet", "", "",
        Boolean{[](Config& c) -> bool& { return c.notify.digest_when_quiet; }}, nullptr, "",
        "Send the digest on days without anything to tell, too.", ""},
    Key{"notify.receivers", "", "", Structure{read_receivers, receivers_sample}, nullptr, "",
        "Who is told, and how. Secrets stand in files (root:clawvigil, mode 0640) or come as "
        "systemd "
        "credentials; `clawvigil notify test` sends a test message.",
        ""},
    Key{"notify.heartbeat", "", "", Structure{read_heartbeat, heartbeat_sample}, nullptr, "",
        "A URL that is fetched as long as clawvigil works; the service behind it tells you when "
        "that "
        "stops.",
        ""},
    Key{"storage.path", "--storage.path", "PATH",
        Text{[](Config& c) -> std::string& { return c.storage_path; }}, is_absolute_path,
        kExpectedPath, "Directory of the state database.", ""},
    Key{"probes.directory", "--probes.directory", "PATH",
        Text{[](Config& c) -> std::string& { return c.probes_directory; }}, is_absolute_path,
        kExpectedPath, "Where `clawvigil probe` leaves what only root can read; owned by root.",
        ""},
    Key{"path.rootfs", "--path.rootfs", "PATH",
        Text{[](Config& c) -> std::string& { return c.rootfs; }}, is_absolute_path, kExpectedPath,
        "Root of the machine to watch, when it is mounted elsewhere (in a container).", ""},
    Key{"path.cgroups", "--path.cgroups", "PATH",
        Text{[](Config& c) -> std::string& { return c.cgroups; }}, is_absolute_path, kExpectedPath,
        "Where the cgroup tree (version 2) is mounted below that root; default: looked for at "
        "/sys/fs/cgroup.",
        "/sys/fs/cgroup"},
    Key{"log.level", "--log.level", "LEVEL",
        Choice{kLevels, [](const Config& c) { return static_cast<std::size_t>(c.log.level); },
               [](Config& c, std::size_t i) { c.log.level = static_cast<log::Level>(i); }},
        nullptr, "", "Least severity that is logged: debug, info, warn or error.", ""},
    Key{"log.format", "--log.format", "FORMAT",
        Choice{kFormats, [](const Config& c) { return static_cast<std::size_t>(c.log.format); },
               [](Config& c, std::size_t i) { c.log.format = static_cast<log::Format>(i); }},
        nullptr, "", "Form of the log lines: logfmt or json.", ""},
};

std::unexpected<Error> unexpected_value(std::string_view value, std::string_view expected,
                                        const std::vector<std::string_view>& candidates = {}) {
  return fail(Errc::parse, "found \"" + sanitize(value, kShownBytes) + "\", expected " +
                               std::string(expected) + did_you_mean(value, candidates));
}

// The index of `value` in `values`.
Result<std::size_t> choose(std::span<const std::string_view> values, std::string_view value) {
  const auto found = std::ranges::find(values, value);
  if (found != values.end()) return static_cast<std::size_t>(found - values.begin());
  const std::vector<std::string_view> candidates(values.begin(), values.end());
  return unexpected_value(value, "one of " + join(candidates, ", "), candidates);
}

Result<> check_text(const Key& key, std::string_view value) {
  if (key.valid(value)) return {};
  return unexpected_value(value, key.expected);
}

struct Assigner {
  Config& config;
  const Key& key;
  std::string_view value;

  Result<> operator()(Boolean target) const {
    TRY_ASSIGN(const std::size_t index, choose(kBooleans, value));
    target(config) = index == 0;
    return {};
  }
  Result<> operator()(Text target) const {
    TRY(check_text(key, value));
    target(config) = value;
    return {};
  }
  Result<> operator()(Texts target) const {
    TRY(check_text(key, value));
    std::vector<std::string>& list = target(config);
    if (std::ranges::find(list, value) != list.end()) {
      return fail(Errc::parse, "\"" + sanitize(value, kShownBytes) + "\" is given twice");
    }
    if (list.size() >= kMaxItems) return fail(Errc::too_large, "more than 256 items");
    list.emplace_back(value);
    return {};
  }
  Result<> operator()(const Choice& target) const {
    TRY_ASSIGN(const std::size_t index, choose(target.values, value));
    target.set(config, index);
    return {};
  }
  Result<> operator()(const Parsed& target) const {
    if (target.set(config, value)) return {};
    return unexpected_value(value, key.expected);
  }
  Result<> operator()(const Structure&) const { return unexpected_value(value, "a list"); }
};

struct Shower {
  Config& config;

  std::optional<std::string> operator()(Boolean target) const {
    return target(config) ? "true" : "false";
  }
  std::optional<std::string> operator()(Text target) const {
    if (target(config).empty()) return std::nullopt;
    return target(config);
  }
  std::optional<std::string> operator()(const Choice& target) const {
    return std::string(target.values[target.get(config)]);
  }
  std::optional<std::string> operator()(Texts) const { return std::nullopt; }
  std::optional<std::string> operator()(const Parsed& target) const { return target.get(config); }
  std::optional<std::string> operator()(const Structure&) const { return std::nullopt; }
};

}  // namespace

std::span<const Section> sections() { return kSections; }
std::span<const Key> keys() { return kKeys; }

Result<> assign(Config& config, const Key& key, std::string_view value) {
  return std::visit(Assigner{config, key, value}, key.target);
}

std::optional<std::string> value_text(const Config& config, const Key& key) {
  Config copy = config;
  return std::visit(Shower{copy}, key.target);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view near = closest(word, candidates);
  return near.empty() ? std::string() : "; did you mean " + std::string(near) + "?";
}

}  // namespace clawvigil::config
