#include "collectors/parse/openclaw_config.h"
#include "collectors/parse/openclaw_document.h"

#include <gtest/gtest.h>

#include <string>

namespace clawvigil {
namespace {

OpenClawSettings settings_of(std::string_view text, std::map<std::string, std::string> dotenv = {},
                             std::string_view profile = "") {
  auto document = resolve_document(
      {text, "/home/claw/.openclaw", std::move(dotenv)},
      [](std::string_view) -> Result<std::string> { return fail(Errc::not_found, "none"); });
  EXPECT_TRUE(document) << (document ? "" : document.error().message);
  return document ? read_settings(*document, profile) : OpenClawSettings{};
}

TEST(OpenClawConfig, DefaultsAreOpenClaws) {
  const auto settings = settings_of("{}");
  EXPECT_EQ(settings.gateway.port, 18789);
  EXPECT_EQ(settings.gateway.bind.value, "loopback");
  EXPECT_FALSE(settings.gateway.bind.configured);
  EXPECT_EQ(settings.gateway.auth_mode.value, "token");
  EXPECT_EQ(settings.gateway.token.source, SecretSource::absent);
  EXPECT_EQ(settings.gateway.insecure_flags.size(), insecure_flag_names().size());
  EXPECT_EQ(settings.dm_scope.value, "main");
  EXPECT_EQ(settings.log_level.value, "info");
  ASSERT_EQ(settings.agents.size(), 1U);
  EXPECT_EQ(settings.agents[0].id, "main");
  EXPECT_TRUE(settings.issues.empty());
}

TEST(OpenClawConfig, SecretsComeFromTheFileOrFromKnownVariables) {
  const auto secret = [](std::string_view value, std::map<std::string, std::string> dotenv = {}) {
    return settings_of("{gateway: {auth: {token: " + std::string(value) + "}}}", std::move(dotenv))
        .gateway.token;
  };
  EXPECT_EQ(secret("' abc '").source, SecretSource::config);
  EXPECT_EQ(secret("' abc '").value.reveal(), "abc");
  EXPECT_EQ(secret("'${T}'", {{"T", "x"}}).source, SecretSource::env);
  EXPECT_EQ(secret("'${T}'").source, SecretSource::unresolved);
  EXPECT_EQ(secret("'$T'", {{"T", "x"}}).value.reveal(), "x");
  EXPECT_EQ(secret("'$T'").source, SecretSource::unresolved);
  EXPECT_EQ(secret("{source: 'env', provider: 'default', id: 'T'}", {{"T", "x"}}).value.reveal(),
            "x");
  EXPECT_EQ(secret("{source: 'env', id: 'T'}").source, SecretSource::unresolved);
  EXPECT_EQ(secret("{source: 'file', provider: 'p', id: '/a'}").source, SecretSource::ref);
  EXPECT_EQ(secret("{source: 'exec', provider: 'p', id: 'a'}").source, SecretSource::ref);
  EXPECT_EQ(secret("''", {{"OPENCLAW_GATEWAY_TOKEN", "y"}}).value.reveal(), "y");
  EXPECT_EQ(secret("'a'", {{"OPENCLAW_GATEWAY_TOKEN", "y"}}).value.reveal(), "a");
  EXPECT_EQ(secret("5").source, SecretSource::unresolved);
}

TEST(OpenClawConfig, AuthModeFollowsTheCredentials) {
  EXPECT_EQ(settings_of("{gateway: {auth: {password: 'p', token: 't'}}}").gateway.auth_mode.value,
            "password");
  EXPECT_EQ(
      settings_of("{gateway: {auth: {password: 'p', mode: 'token'}}}").gateway.auth_mode.value,
      "token");
  EXPECT_TRUE(settings_of("{gateway: {tailscale: {mode: 'serve'}}}").gateway.allow_tailscale.value);
  EXPECT_FALSE(settings_of("{gateway: {tailscale: {mode: 'serve'}, auth: {mode: 'password'}}}")
                   .gateway.allow_tailscale.value);
}

TEST(OpenClawConfig, PortsAndWhatIsDerivedFromThem) {
  const auto ports = [](std::string_view version, std::string_view port) {
    return gateway_ports(settings_of("{gateway: {port: " + std::string(port) +
                                     "}, meta: {lastTouchedVersion: '" + std::string(version) +
                                     "'}}"));
  };
  EXPECT_EQ(ports("2026.3.13", "18889"), (std::vector<std::uint16_t>{18889, 18891, 18892}));
  EXPECT_EQ(ports("2026.9.6", "18889"), (std::vector<std::uint16_t>{18889}));
  EXPECT_EQ(ports("2026.3.13", "65534"), (std::vector<std::uint16_t>{65534}));
  EXPECT_EQ(
      settings_of("{gateway: {port: 5}}", {{"OPENCLAW_GATEWAY_PORT", " 19000 "}}).gateway.port,
      19000);
  EXPECT_EQ(settings_of("{}", {{"OPENCLAW_GATEWAY_PORT", "x"}}).gateway.port, 18789);
}

// Values computed with OpenClaw 2026.9.6's resolveGatewayPort.
TEST(OpenClawConfig, ProfilesHavePortsOfTheirOwn) {
  EXPECT_EQ(settings_of("{}", {}, "work").gateway.port, 41984);
  EXPECT_EQ(settings_of("{}", {}, "Default").gateway.port, 18789);
  EXPECT_EQ(settings_of("{gateway: {port: 7}}", {}, "work").gateway.port, 7);
  EXPECT_EQ(settings_of("{meta: {lastTouchedVersion: '2026.3.13'}}", {}, "work").gateway.port,
            18789);
}

TEST(OpenClawConfig, BothShapesOfTheAgentList) {
  const auto old_shape = settings_of(
      "{agents: {defaults: {workspace: '~/w'}, list: [{id: 'a', workspace: '/x'}, {}, {id: 'b', "
      "agentDir: '/d'}]}}");
  ASSERT_EQ(old_shape.agents.size(), 2U);
  EXPECT_EQ(old_shape.default_workspace, "~/w");
  EXPECT_EQ(old_shape.agents[0].workspace, "/x");
  EXPECT_EQ(old_shape.agents[1].agent_dir, "/d");
  const auto new_shape = settings_of("{agents: {entries: {main: {workspace: '/w'}, ops: {}}}}");
  ASSERT_EQ(new_shape.agents.size(), 2U);
  EXPECT_EQ(new_shape.agents[0].id, "main");
}

TEST(OpenClawConfig, ModelsWithTheirPrices) {
  const auto settings = settings_of(
      "{models: {providers: {p: {models: [{id: 'm', cost: {input: 3, output: 15, cacheRead: 0.3}}, "
      "{id: 'n'}]}}}}");
  ASSERT_EQ(settings.models.size(), 2U);
  EXPECT_EQ(settings.models[0].provider, "p");
  EXPECT_EQ(settings.models[0].cost->cache_read, 0.3);
  EXPECT_EQ(settings.models[0].cost->cache_write, 0);
  EXPECT_FALSE(settings.models[1].cost.has_value());
}

TEST(OpenClawConfig, WrongTypesAreIssuesWithTheirPathAndLeaveTheSettingUnknown) {
  const auto settings = settings_of(
      "{gateway: {bind: 'everywhere', port: 70000, auth: [], trustedProxies: 'x', tls: 5},"
      " hooks: {mappings: {}}, session: 1, commands: {ownerAllowFrom: [{}]}, agents: {list: 5},"
      " models: {providers: [1]}, meta: 'x', logging: {level: []}}");
  EXPECT_FALSE(settings.gateway.bind.known);
  EXPECT_FALSE(settings.gateway.trusted_proxies.known);
  EXPECT_FALSE(settings.owner_allow_from.known);
  std::string all;
  for (const Error& issue : settings.issues) all += issue.message + "\n";
  for (const char* path : {"gateway.bind", "gateway.port", "gateway.auth", "gateway.trustedProxies",
                           "gateway.tls", "hooks.mappings", "session", "commands.ownerAllowFrom",
                           "agents.list", "models.providers", "meta", "logging.level"}) {
    EXPECT_NE(all.find("openclaw.json: " + std::string(path) + ": expected"), std::string::npos)
        << path << "\n"
        << all;
  }
}

TEST(OpenClawConfig, UnresolvedIsUnknownWithoutBeingAnIssue) {
  const auto settings = settings_of("{gateway: {bind: '${B}', trustedProxies: ['${P}']}}");
  EXPECT_FALSE(settings.gateway.bind.known);
  EXPECT_FALSE(settings.gateway.trusted_proxies.known);
  EXPECT_TRUE(settings.issues.empty());
}

TEST(OpenClawVersion, IsReadAndCompared) {
  EXPECT_EQ(parse_openclaw_version("2026.9.6"), (OpenClawVersion{2026, 9, 6}));
  EXPECT_EQ(parse_openclaw_version("2026.7.2-beta.1"), (OpenClawVersion{2026, 7, 2}));
  EXPECT_LT((OpenClawVersion{2026, 3, 13}), (OpenClawVersion{2026, 10, 1}));
  for (const char* text : {"", "2026", "2026.9", "v2026.9.6", "2026..6", "2026.9.x", "-1.2.3"}) {
    EXPECT_FALSE(parse_openclaw_version(text)) << text;
  }
}

}  // namespace
}  // namespace clawvigil
