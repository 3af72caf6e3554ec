#include "tests/support/web_fixture.h"

#include <array>
#include <chrono>

#include "exporter/web/page.h"

namespace clawvigil::test {

namespace {

using enum MetricType;
using std::chrono::milliseconds;

constexpr Metric kSocketInfo{info,
                             "clawvigil_listening_socket_info",
                             "A socket in LISTEN state.",
                             {"protocol", "port", "scope", "unit", "user", "expected"}};
constexpr Metric kSockets{
    gauge, "clawvigil_listening_sockets", "Sockets in LISTEN state.", {"protocol", "scope"}};
constexpr Metric kExposed{
    gauge, "clawvigil_gateway_exposed", "Gateway bound beyond loopback.", {"home"}};
constexpr Metric kUp{gauge, "clawvigil_gateway_up", "Gateway answers.", {"home"}};
constexpr Metric kReady{gauge, "clawvigil_gateway_ready", "Gateway is ready.", {"home"}};
constexpr Metric kParse{gauge, "clawvigil_config_parse_ok", "Config parses.", {"home"}};
constexpr Metric kBind{info, "clawvigil_gateway_bind_info", "Configured bind.", {"home", "mode"}};
constexpr Metric kAuth{info, "clawvigil_gateway_auth_info", "Configured auth.", {"home", "mode"}};
constexpr Metric kWeak{
    gauge, "clawvigil_gateway_auth_secret_weak", "Weak secret.", {"home", "kind"}};
constexpr Metric kFlags{
    gauge, "clawvigil_gateway_insecure_flags", "Insecure flags.", {"home", "flag"}};
constexpr Metric kDmScope{info, "clawvigil_dm_scope_info", "DM sessions.", {"home", "scope"}};
constexpr Metric kOwners{gauge, "clawvigil_owner_ids_configured", "Owner ids.", {"home"}};
constexpr Metric kChannel{
    gauge, "clawvigil_channel_enabled", "Channel is on.", {"home", "channel", "account"}};
constexpr Metric kDmOpen{
    gauge, "clawvigil_channel_dm_open", "Anyone may write.", {"home", "channel", "account"}};
constexpr Metric kGroupOpen{
    gauge, "clawvigil_channel_group_open", "Any group.", {"home", "channel", "account"}};
constexpr Metric kDmPolicy{info,
                           "clawvigil_channel_dm_policy_info",
                           "Direct message policy.",
                           {"home", "channel", "account", "policy"}};
constexpr Metric kGroupPolicy{info,
                              "clawvigil_channel_group_policy_info",
                              "Group policy.",
                              {"home", "channel", "account", "policy"}};
constexpr Metric kSenders{
    gauge, "clawvigil_channel_allowed_senders", "Allowed senders.", {"home", "channel", "source"}};
constexpr Metric kPairing{
    gauge, "clawvigil_channel_pairing_requests_pending", "Pairing requests.", {"home", "channel"}};
constexpr Metric kMode{gauge, "clawvigil_file_mode_unsafe", "Mode too loose.", {"home", "object"}};
constexpr Metric kModeCount{
    gauge, "clawvigil_files_unsafe", "Files too loose.", {"home", "object"}};
constexpr Metric kTokens{counter,
                         "clawvigil_model_tokens_total",
                         "Tokens by model.",
                         {"home", "provider", "model", "agent", "token_type"},
                         1024};
constexpr Metric kCost{counter,
                       "clawvigil_model_cost_usd_total",
                       "Cost by model.",
                       {"home", "provider", "model", "agent", "basis"}};
constexpr Metric kSpend{gauge, "clawvigil_spend_usd", "Spend by window.", {"home", "window"}};

constexpr std::array kListenerMetrics{kSocketInfo.info(), kSockets.info(), kExposed.info()};
constexpr std::array kGatewayMetrics{kUp.info(),   kReady.info(), kParse.info(), kBind.info(),
                                     kAuth.info(), kWeak.info(),  kFlags.info()};
constexpr std::array kChannelMetrics{kChannel.info(),     kDmOpen.info(),  kGroupOpen.info(),
                                     kDmPolicy.info(),    kDmScope.info(), kOwners.info(),
                                     kGroupPolicy.info(), kSenders.info(), kPairing.info()};
constexpr std::array kFileMetrics{kMode.info(), kModeCount.info()};
constexpr std::array kUsageMetrics{kTokens.info(), kCost.info(), kSpend.info()};

constexpr Duration kInterval = std::chrono::seconds(10);
constexpr Duration kMaxAge = std::chrono::hours(1);

constexpr std::array<CollectorInfo, 5> kCollectors{
    CollectorInfo{"listeners", "The kernel's socket table.", kInterval, kInterval, kMaxAge,
                  kListenerMetrics},
    CollectorInfo{"gateway", "Health endpoints and openclaw.json.", kInterval, kInterval, kMaxAge,
                  kGatewayMetrics},
    CollectorInfo{"channels", "Channels, policies and pairings.", kInterval, kInterval, kMaxAge,
                  kChannelMetrics},
    CollectorInfo{"files", "Modes and owners of sensitive files.", kInterval, kInterval, kMaxAge,
                  kFileMetrics},
    CollectorInfo{"usage", "Tokens and cost from the transcripts.", kInterval, kInterval, kMaxAge,
                  kUsageMetrics}};

enum Collector : std::size_t { listeners, gateway, channels, files, usage };

std::vector<const CollectorInfo*> collector_list() {
  std::vector<const CollectorInfo*> list;
  for (const CollectorInfo& info : kCollectors) list.push_back(&info);
  return list;
}

Home new_home(std::string label, std::string path) {
  Home home;
  home.label = std::move(label);
  home.path = std::move(path);
  home.uid = 4242;
  return home;
}

void fill_listeners(Batch& batch) {
  batch.set(kSocketInfo, 1, "tcp", "18789", "loopback", "openclaw-gateway.service", "claw", "true");
  batch.set(kSocketInfo, 1, "tcp", "18889", "any", "openclaw-gateway.service", "lab", "false");
  batch.set(kSocketInfo, 1, "tcp", "22", "any", "ssh.service", "root", "true");
  batch.set(kSocketInfo, 1, "tcp", "443", "any", "nginx.service", "root", "true");
  batch.set(kSocketInfo, 1, "tcp", "5432", "loopback", "postgresql@15-main.service", "postgres",
            "false");
  batch.set(kSocketInfo, 1, "udp", "41641", "any", "tailscaled.service", "root", "false");
  batch.set(kSocketInfo, 1, "tcp", "443", "tailnet", "tailscaled.service", "root", "true");
  batch.set(kSockets, 3, "tcp", "any");
  batch.set(kSockets, 1, "udp", "any");
  batch.set(kSockets, 2, "tcp", "loopback");
  batch.set(kSockets, 1, "tcp", "tailnet");
  batch.set(kExposed, 0, "claw");
  batch.set(kExposed, 1, "lab");
}

void fill_gateway(Batch& batch) {
  for (const char* home : {"claw", "lab"}) {
    batch.set(kUp, 1, home);
    batch.set(kParse, 1, home);
  }
  batch.set(kReady, 1, "claw");
  batch.set(kReady, 0, "lab");
  batch.set(kBind, 1, "claw", "loopback");
  batch.set(kBind, 1, "lab", "lan");
  batch.set(kAuth, 1, "claw", "token");
  batch.set(kAuth, 1, "lab", "none");
  batch.set(kWeak, 0, "claw", "short");
  batch.set(kWeak, 0, "claw", "placeholder");
  batch.set(kWeak, 1, "lab", "placeholder");
  batch.set(kFlags, 0, "claw", "allow_insecure_auth");
  batch.set(kFlags, 1, "lab", "dangerously_disable_device_auth");
  batch.set(kFlags, 1, "lab", "allow_insecure_auth");
}

void fill_channel(Batch& batch, const char* home, const char* channel, const char* account,
                  bool open, const char* policy) {
  batch.set(kChannel, 1, home, channel, account);
  batch.set(kDmOpen, open ? 1 : 0, home, channel, account);
  batch.set(kGroupOpen, 0, home, channel, account);
  batch.set(kDmPolicy, 1, home, channel, account, policy);
  batch.set(kGroupPolicy, 1, home, channel, account, "allowlist");
  batch.set(kSenders, 2, home, channel, "config");
  batch.set(kSenders, 1, home, channel, "pairing");
  batch.set(kPairing, open ? 3 : 0, home, channel);
}

void fill_usage(Batch& batch, const char* home, const char* model, const char* agent,
                double million) {
  constexpr double kMillion = 1e6;
  const char* const provider =
      std::string_view(model).starts_with("claude") ? "anthropic" : "openai";
  batch.set(kTokens, 0.31 * million * kMillion, home, provider, model, agent, "input");
  batch.set(kTokens, 0.04 * million * kMillion, home, provider, model, agent, "output");
  batch.set(kTokens, 4.7 * million * kMillion, home, provider, model, agent, "cache_read");
  batch.set(kTokens, 0.5 * million * kMillion, home, provider, model, agent, "cache_write");
  batch.set(kCost, 4.87 * million, home, provider, model, agent, "recorded");
}

}  // namespace

WebFixture::WebFixture(std::string_view scene, std::string payload)
    : hub(std::make_unique<Hub>(collector_list())) {
  if (scene == "quiet") quiet();
  if (scene == "demo") demo();
  if (scene == "hostile") hostile(payload);
  if (scene == "series") series();
}

void WebFixture::success(std::size_t collector, std::shared_ptr<const Batch> batch) {
  hub->publish_success(kCollectors.at(collector), std::move(batch), clock.now(), milliseconds(3));
}

void WebFixture::publish_again() {
  auto batch = std::make_shared<Batch>();
  fill_listeners(*batch);
  success(listeners, batch);
}

void WebFixture::quiet() {
  publish_again();
  for (const std::size_t rest : {gateway, channels, files, usage}) {
    success(rest, std::make_shared<Batch>());
  }
}

void WebFixture::demo() {
  auto list = std::make_shared<HomeList>();
  list->homes = {new_home("claw", "/home/claw/.openclaw"), new_home("lab", "/home/lab/.openclaw")};
  list->problems = {
      {Errc::unsafe, "/home/guest/.openclaw: owned by another user than /home/guest"}};
  homes.replace(list);
  publish_again();
  auto from_gateway = std::make_shared<Batch>();
  fill_gateway(*from_gateway);
  success(gateway, from_gateway);
  auto from_channels = std::make_shared<Batch>();
  fill_channel(*from_channels, "claw", "telegram", "default", false, "pairing");
  fill_channel(*from_channels, "claw", "whatsapp", "0", false, "allowlist");
  fill_channel(*from_channels, "lab", "discord", "default", true, "open");
  from_channels->set(kDmScope, 1, "claw", "per-channel-peer");
  from_channels->set(kDmScope, 1, "lab", "main");
  from_channels->set(kOwners, 1, "claw");
  from_channels->unknown({Errc::unsupported,
                          "/home/lab/.openclaw/state/openclaw.sqlite: schema "
                          "version 19 is newer than what is understood"});
  success(channels, from_channels);
  auto from_files = std::make_shared<Batch>();
  for (const char* object :
       {"state_dir", "config", "credentials", "state_db", "logs", "sessions"}) {
    from_files->set(kMode, 0, "claw", object);
    from_files->set(kModeCount, 0, "claw", object);
  }
  from_files->set(kMode, 1, "claw", "backups");
  from_files->set(kModeCount, 2, "claw", "backups");
  success(files, from_files);
  hub->publish_failure(kCollectors[files], {Errc::denied, "/home/lab/.openclaw: permission denied"},
                       milliseconds(2));
  auto from_usage = std::make_shared<Batch>();
  fill_usage(*from_usage, "claw", "claude-sonnet-4-5", "main", 11.2);
  fill_usage(*from_usage, "claw", "claude-haiku-4-5", "main", 1.9);
  fill_usage(*from_usage, "claw", "gpt-5-mini", "research", 0.6);
  for (const char* home : {"claw", "lab"}) {
    from_usage->set(kSpend, 0.31, home, "1h");
    from_usage->set(kSpend, 2.84, home, "24h");
    from_usage->set(kSpend, 14.9, home, "7d");
    from_usage->set(kSpend, 61.07, home, "30d");
  }
  success(usage, from_usage);
}

void WebFixture::hostile(const std::string& payload) {
  auto list = std::make_shared<HomeList>();
  list->homes = {new_home(payload, "/home/" + payload)};
  list->problems = {{Errc::unsafe, payload}};
  homes.replace(list);
  const std::string& p = payload;
  auto batch = std::make_shared<Batch>();
  batch->set(kSocketInfo, 1, p, p, p, p, p, p);
  batch->set(kSockets, 1, p, p);
  batch->set(kExposed, 1, p);
  batch->set(kUp, 1, p);
  batch->set(kBind, 1, p, p);
  batch->set(kAuth, 1, p, p);
  batch->set(kWeak, 1, p, p);
  batch->set(kFlags, 1, p, p);
  batch->set(kDmScope, 1, p, p);
  batch->set(kChannel, 1, p, p, p);
  batch->set(kDmOpen, 1, p, p, p);
  batch->set(kDmPolicy, 1, p, p, p, p);
  batch->set(kGroupPolicy, 1, p, p, p, p);
  batch->set(kMode, 1, p, p);
  batch->set(kTokens, 1, p, p, p, p, "input");
  batch->set(kCost, 1, p, p, p, p, p);
  batch->set(kSpend, 1, p, p);
  batch->unknown({Errc::parse, payload});
  success(listeners, batch);
  hub->publish_failure(kCollectors[gateway], {Errc::io, payload}, milliseconds(1));
}

void WebFixture::series() {
  constexpr int kSeries = 480;
  auto batch = std::make_shared<Batch>();
  for (int i = 0; i < kSeries; ++i) {
    batch->set(kTokens, i * 1000.0, "claw", "anthropic", "model-" + std::to_string(i / 4), "main",
               i % 4 == 0   ? "input"
               : i % 4 == 1 ? "output"
               : i % 4 == 2 ? "cache_read"
                            : "cache_write");
  }
  success(usage, batch);
}

web::ServerOptions WebFixture::options() {
  web::ServerOptions options{.config = {},
                             .about = {.version = "0.1.0",
                                       .revision = "0123456789ab",
                                       .hostname = "lab-host",
                                       .started = clock.now().wall},
                             .hub = *hub,
                             .homes = homes,
                             .alerts = alerts,
                             .clock = clock,
                             .on_reload = {}};
  options.config.listen_address = "127.0.0.1:0";
  return options;
}

std::shared_ptr<const Snapshot> WebFixture::snapshot() const { return hub->snapshot(clock.now()); }

std::string WebFixture::page() const {
  const std::shared_ptr<const Snapshot> now = snapshot();
  const std::shared_ptr<const HomeList> list = homes.current();
  return web::render_page({.snapshot = *now,
                           .homes = *list,
                           .version = "0.1.0",
                           .revision = "0123456789ab",
                           .hostname = "lab-host",
                           .started = clock.now().wall,
                           .telemetry_path = "/metrics"});
}

}  // namespace clawvigil::test
