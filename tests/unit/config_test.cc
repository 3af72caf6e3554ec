#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/registry.h"
#include "exporter/config/loader.h"
#include "exporter/config/sample.h"
#include "exporter/config/values.h"
#include "tests/support/build_paths.h"
#include "tests/support/source_tree.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::array kCollectors{
    CollectorChoice{"listeners", "Sockets in LISTEN state.", true},
    CollectorChoice{"usage", "Tokens and cost.", false},
};

Config loaded(std::string_view text) {
  auto config = load(text, kCollectors);
  if (config) return *config;
  for (const auto& problem : config.error()) ADD_FAILURE() << to_string("test.yml", problem);
  return {};
}

std::vector<std::string> problems(std::string_view text,
                                  std::span<const CollectorChoice> collectors = kCollectors) {
  const auto config = load(text, collectors);
  if (config) return {};
  std::vector<std::string> lines;
  for (const auto& problem : config.error()) lines.push_back(to_string("f", problem));
  return lines;
}

void expect_default(const Config& config) {
  const Config defaults;
  for (const Key& key : keys()) {
    EXPECT_EQ(value_text(config, key), value_text(defaults, key)) << key.path;
  }
  EXPECT_THAT(config.web.allowed_hosts, IsEmpty());
  EXPECT_THAT(config.openclaw.homes, IsEmpty());
  EXPECT_THAT(config.listeners.accepted, IsEmpty());
  EXPECT_THAT(config.egress.ports, IsEmpty());
  EXPECT_THAT(config.proxy.logs, IsEmpty());
}

TEST(Config, EmptyTextIsTheDefaults) {
  for (const std::string_view text : {"", "\n", "# only a comment\n", "---\n", "web:\nlog:\n"}) {
    expect_default(loaded(text));
  }
}

TEST(Config, EveryKeyIsRead) {
  const Config config = loaded(R"(
web:
  listen-address: 127.0.0.2:9999
  telemetry-path: /m
  config-file: /etc/clawvigil/web.yml
  enable-lifecycle: true
  allow-gateway-user: true
  allowed-hosts: [claw.example.ts.net, claw]
openclaw:
  homes:
    - /home/claw/.openclaw
listeners:
  accept:
    - {protocol: tcp, port: 443, comment: "reverse proxy"}
    - protocol: udp
      port: 41641
egress:
  local-models-only: true
  ports: [6697, 993]
proxy:
  logs:
    - {path: /var/log/nginx/openclaw.access.log, host: Claw.example.org}
collectors:
  listeners: false
  usage: true
storage:
  path: /srv/state
path:
  rootfs: /host
log:
  level: debug
  format: json
)");
  EXPECT_EQ(config.web.listen_address, "127.0.0.2:9999");
  EXPECT_EQ(config.web.telemetry_path, "/m");
  EXPECT_EQ(config.web.auth_file, "/etc/clawvigil/web.yml");
  EXPECT_TRUE(config.web.enable_lifecycle);
  EXPECT_TRUE(config.web.allow_gateway_user);
  EXPECT_THAT(config.web.allowed_hosts, ElementsAre("claw.example.ts.net", "claw"));
  EXPECT_THAT(config.openclaw.homes, ElementsAre("/home/claw/.openclaw"));
  ASSERT_EQ(config.listeners.accepted.size(), 2U);
  EXPECT_EQ(config.listeners.accepted[0].port, 443);
  EXPECT_EQ(config.listeners.accepted[0].comment, "reverse proxy");
  EXPECT_EQ(config.listeners.accepted[1].protocol, "udp");
  EXPECT_TRUE(config.egress.local_models_only);
  EXPECT_THAT(config.egress.ports, ElementsAre(6697, 993));
  ASSERT_EQ(config.proxy.logs.size(), 1U);
  EXPECT_EQ(config.proxy.logs[0].path, "/var/log/nginx/openclaw.access.log");
  EXPECT_EQ(config.proxy.logs[0].host, "claw.example.org");
  EXPECT_THAT(config.collectors.enabled, ElementsAre("usage"));
  EXPECT_THAT(config.collectors.disabled, ElementsAre("listeners"));
  EXPECT_EQ(config.storage_path, "/srv/state");
  EXPECT_EQ(config.rootfs, "/host");
  EXPECT_EQ(config.log.level, log::Level::debug);
  EXPECT_EQ(config.log.format, log::Format::json);
}

TEST(Config, SampleLoadsBackToTheDefaults) {
  const std::string text = sample(kCollectors);
  const Config config = loaded(text);
  expect_default(config);
  EXPECT_THAT(config.collectors.enabled, ElementsAre("listeners"));
  EXPECT_THAT(config.collectors.disabled, ElementsAre("usage"));
  for (const Key& key : keys()) EXPECT_THAT(text, HasSubstr(std::string(key.name()) + ":"));
}

TEST(Config, ExamplesOfTheSampleAreValid) {
  for (const Key& key : keys()) {
    if (key.example.empty()) continue;
    const bool list = !std::holds_alternative<Text>(key.target);
    const std::string value =
        list ? "[" + std::string(key.example) + "]" : std::string(key.example);
    const std::string text =
        std::string(key.section()) + ": {" + std::string(key.name()) + ": " + value + "}";
    EXPECT_THAT(problems(text), IsEmpty()) << text;
  }
}

// But for what belongs into prometheus.yml.
TEST(Config, ExamplesOfTheDocumentsAreValid) {
  constexpr std::string_view kFence = "\n```yaml\n";
  std::vector<CollectorChoice> collectors;
  for (const CollectorInfo* const info : optional_collector_infos()) {
    collectors.push_back({info->name, info->summary, info->enabled_by_default});
  }
  int seen = 0;
  for (const std::string& file : test::owners_documents()) {
    const std::string text = test::read_all(std::filesystem::path(CLAWVIGIL_SOURCE_DIR) / file);
    for (auto at = text.find(kFence); at != std::string::npos; at = text.find(kFence, at + 1)) {
      const auto begin = at + kFence.size();
      const std::string example = text.substr(begin, text.find("\n```", begin) - begin);
      if (example.starts_with("scrape_configs:") || example.starts_with("rule_files:")) continue;
      EXPECT_THAT(problems(example, collectors), IsEmpty()) << file << ":\n" << example;
      ++seen;
    }
  }
  EXPECT_GE(seen, 5);
}

TEST(Config, EveryKeyIsUniqueAndExplained) {
  for (const Key& key : keys()) {
    EXPECT_EQ(std::ranges::count(keys(), key.path, &Key::path), 1) << key.path;
    EXPECT_EQ(std::ranges::count(sections(), key.section(), &Section::name), 1) << key.path;
    EXPECT_TRUE(key.help.ends_with('.')) << key.path;
    const bool takes_text =
        std::holds_alternative<Text>(key.target) || std::holds_alternative<Texts>(key.target);
    EXPECT_EQ(takes_text, key.valid != nullptr) << key.path;
    const bool names_what_is_right = takes_text || std::holds_alternative<Parsed>(key.target);
    EXPECT_EQ(names_what_is_right, !key.expected.empty()) << key.path;
  }
}

struct Broken {
  std::string_view text;
  std::vector<std::string> expected;
};

TEST(Config, ProblemsNamePlaceFindingAndAlternatives) {
  const Broken cases[] = {
      {"web:\n  lisen-address: 127.0.0.1:1\n",
       {"f:2:3: web: unknown key \"lisen-address\"; did you mean listen-address? (valid: "
        "listen-address, telemetry-path, config-file, enable-lifecycle, allow-gateway-user, "
        "allowed-hosts)"}},
      {"collector: {}\n",
       {"f:1:1: configuration: unknown key \"collector\"; did you mean collectors? (valid: web, "
        "openclaw, owner, workspace, listeners, egress, keys, proxy, tls, backups, spend, alerts, "
        "notify, "
        "collectors, storage, probes, path, log)"}},
      {"web.listen-address: 127.0.0.1:1\n",
       {"f:1:1: configuration: unknown key \"web.listen-address\"; write it as \"web:\" and below "
        "it \"  listen-address: …\""}},
      {"log:\n  level: inf0\n",
       {"f:2:10: log.level: found \"inf0\", expected one of debug, info, warn, error; did you mean "
        "info?"}},
      {"web:\n  enable-lifecycle: tru\n",
       {"f:2:21: web.enable-lifecycle: found \"tru\", expected one of true, false; did you mean "
        "true?"}},
      {"web:\n  listen-address: 0.0.0.0:9842\n",
       {"f:2:19: web.listen-address: found \"0.0.0.0:9842\", expected an IPv4 loopback address and "
        "a port such as 127.0.0.1:9842 (from elsewhere: an SSH tunnel, tailscale serve, or a "
        "reverse proxy)"}},
      {"storage:\n  path: state\n",
       {"f:2:9: storage.path: found \"state\", expected an absolute path"}},
      {"storage: {path: }\n", {"f:1:17: storage.path: found nothing, expected an absolute path"}},
      {"log: debug\n", {"f:1:6: log: found \"debug\", expected a map of keys"}},
      {"- web\n", {"f:1:1: configuration: found a list, expected a map of keys"}},
      {"log: {level: info, level: warn}\n", {"f:1:20: log: key \"level\" is given twice"}},
      {"log: {}\nlog: {}\n", {"f:2:1: configuration: key \"log\" is given twice"}},
      {"{a: 1}: 2\n", {"f:1:1: configuration: found a map of keys, expected a key"}},
      {"openclaw:\n  homes: /home/claw/.openclaw\n",
       {"f:2:10: openclaw.homes: found \"/home/claw/.openclaw\", expected a list"}},
      {"openclaw:\n  homes: [/a, /a]\n", {"f:2:15: openclaw.homes: \"/a\" is given twice"}},
      {"collectors: {usages: true}\n",
       {"f:1:14: collectors: unknown key \"usages\"; did you mean usage? (valid: listeners, "
        "usage)"}},
      {"collectors: {usage: yes}\n",
       {"f:1:21: collectors.usage: found \"yes\", expected true or false"}},
      {"listeners: {accept: [{protocol: sctp, port: 0}]}\n",
       {"f:1:33: listeners.accept.protocol: found \"sctp\", expected tcp or udp",
        "f:1:45: listeners.accept.port: found \"0\", expected a port from 1 to 65535"}},
      {"listeners: {accept: [{protocol: tcp}]}\n",
       {"f:1:22: listeners.accept: key \"port\" is missing, expected a port from 1 to 65535"}},
      {"egress: {ports: [6697, 0, x, 6697, [1]], local-models-only: maybe}\n",
       {"f:1:24: egress.ports: found \"0\", expected a port from 1 to 65535",
        "f:1:27: egress.ports: found \"x\", expected a port from 1 to 65535",
        "f:1:30: egress.ports: 6697 is given twice",
        "f:1:36: egress.ports: found a list, expected a port from 1 to 65535",
        "f:1:61: egress.local-models-only: found \"maybe\", expected one of true, false"}},
      {"egress: {ports: 6697}\n",
       {"f:1:17: egress.ports: found \"6697\", expected a list of ports"}},
      {"proxy: {logs: [{path: relative.log, host: 'a:1'}]}\n",
       {"f:1:23: proxy.logs.path: found \"relative.log\", expected an absolute path",
        "f:1:43: proxy.logs.host: found \"a:1\", expected a host name without scheme and port"}},
      {"proxy: {logs: [{path: /a.log}, {path: /a.log}]}\n",
       {"f:1:32: proxy.logs: /a.log is given twice"}},
      {"proxy: {logs: [/a.log]}\n",
       {"f:1:16: proxy.logs: found \"/a.log\", expected {path: "
        "/var/log/nginx/openclaw.access.log}"}},
      {"listeners: {accept: [443]}\n",
       {"f:1:22: listeners.accept: found \"443\", expected {protocol: tcp, port: 443, comment: "
        "reverse proxy}"}},
      {"listeners: {accept: [{protocol: tcp, port: 1}, {protocol: tcp, port: 1}]}\n",
       {"f:1:48: listeners.accept: tcp port 1 is given twice"}},
  };
  for (const Broken& broken : cases) {
    EXPECT_EQ(problems(broken.text), broken.expected) << broken.text;
  }
}

TEST(Config, AllProblemsAreReportedInTheirOrder) {
  const auto found = problems("log:\n  level: x\nstorage: {path: y}\nfoo: 1\n");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_THAT(found[0], HasSubstr("f:2:10: log.level"));
  EXPECT_THAT(found[1], HasSubstr("f:3:17: storage.path"));
  EXPECT_THAT(found[2], HasSubstr("f:4:1: configuration"));
}

TEST(Config, TheNumberOfProblemsIsBounded) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "key" + std::to_string(i) + ": 1\n";
  const auto found = problems(text);
  ASSERT_EQ(found.size(), kMaxProblems + 1);
  EXPECT_THAT(found.back(), HasSubstr("30 more problems follow"));
}

TEST(Config, RefusesWhatYamlCouldHideOrBlowUp) {
  const std::pair<std::string, std::string> cases[] = {
      {"a: &a [x, x]\nb: [*a, *a]\n", "anchors (&name) are not supported"},
      {"a: *a\n", "not valid YAML"},
      {"log: {level: !!str info}\n", "tags (!name) are not supported"},
      {"log: {}\n---\nlog: {}\n", "second document"},
      {"log: [\n", "not valid YAML"},
      {"\tlog: 1\n", "not valid YAML"},
      {"log: {level: \"\xFF\"}\n", "not valid UTF-8"},
      {std::string("log: \0", 6), "NUL byte"},
      {std::string(yaml::kMaxBytes + 1, '#'), "larger than 1 MiB"},
      {std::string(17, '[') + std::string(17, ']'), "nested too deeply"},
      {std::string(100'000, '['), "nested too deeply"},
  };
  for (const auto& [text, expected] : cases) {
    const auto found = problems(text);
    ASSERT_EQ(found.size(), 1U) << text.substr(0, 40);
    EXPECT_THAT(found[0], HasSubstr(expected));
  }
}

TEST(Config, HostileTextIsCleanedInMessages) {
  const auto found = problems("log: {level: \"\\e[2J" + std::string(500, 'a') + "\"}\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].find('\x1B'), std::string::npos);
  EXPECT_LT(found[0].size(), 200U);
}

TEST(ConfigValues, LoopbackAddress) {
  for (const std::string_view good : {"127.0.0.1:9842", "127.255.0.9:0", "127.0.0.1:65535"}) {
    EXPECT_TRUE(is_loopback_address(good)) << good;
  }
  for (const std::string_view bad :
       {"", ":9842", "9842", "localhost:9842", "0.0.0.0:9842", "128.0.0.1:1", "127.0.0.1",
        "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1: 1", "127.0.0.1:09842",
        "127.0.1:1", "127.0.0.0.1:1", "127.0.0.256:1", "127.0.0.01:1", "[::1]:9842",
        "127.0.0.1:1,0.0.0.0:2"}) {
    EXPECT_FALSE(is_loopback_address(bad)) << bad;
  }
}

TEST(ConfigValues, TelemetryPath) {
  EXPECT_TRUE(is_telemetry_path("/metrics"));
  EXPECT_TRUE(is_telemetry_path("/exporters/clawvigil.txt"));
  for (const std::string_view bad :
       {"", "/", "metrics", "/api/v1/rules", "/api", "/-/reload", "/a b", "/a?b", "//a", "/../a"}) {
    EXPECT_FALSE(is_telemetry_path(bad)) << bad;
  }
}

TEST(ConfigValues, PathsAndHostNames) {
  EXPECT_TRUE(is_absolute_path("/home/claw/.openclaw"));
  EXPECT_TRUE(is_absolute_path("/a/..b"));
  for (const std::string_view bad : {"", "a", "~/x", "/a/../b", "/..", "/a\nb"}) {
    EXPECT_FALSE(is_absolute_path(bad)) << bad;
  }
  EXPECT_TRUE(is_host_name("claw.example.ts.net"));
  for (const std::string_view bad : {"", "*", "http://a", "a:1", "a/b", "-a", ".a"}) {
    EXPECT_FALSE(is_host_name(bad)) << bad;
  }
}

}  // namespace
}  // namespace clawvigil::config
