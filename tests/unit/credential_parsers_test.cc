#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "collectors/parse/auth_profiles.h"
#include "collectors/parse/credential_fields.h"
#include "collectors/parse/credential_id.h"
#include "collectors/parse/credential_names.h"
#include "collectors/parse/device_tokens.h"
#include "collectors/parse/json_web_token.h"
#include "collectors/parse/unit_environment.h"
#include "exporter/base/json5.h"
#include "exporter/base/strings.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

using nlohmann::json;
using Source = SecretReference::Source;

SystemTime at(std::int64_t milliseconds) {
  return SystemTime(std::chrono::milliseconds(milliseconds));
}

std::string id_of(const std::vector<std::string>& parts) {
  return credential_id(parts, [](std::string_view) { return std::string("0f"); });
}

std::string id_at(std::string_view dotted) {
  std::vector<std::string> path;
  for (const std::string_view key : split(dotted, '.')) path.emplace_back(key);
  return id_of(config_credential(path));
}

// Every place OpenClaw's own schemas and documentation call a credential.
TEST(CredentialNames, KnowWhatOpenClawKnows) {
  std::ifstream file(test::fixture("unit/data/credential_keys.txt"));
  std::size_t checked = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const auto words = split(line, ' ');
    ASSERT_EQ(words.size(), 2U) << line;
    const auto keys = split(words[1], '.');
    const std::string_view parent = keys.size() > 1 ? keys[keys.size() - 2] : std::string_view();
    const bool found = is_credential_key(parent, keys.back());
    if (words[0] != "any") {
      EXPECT_EQ(found, words[0] == "yes") << line;
    }
    ++checked;
  }
  EXPECT_EQ(checked, 200U);
}

TEST(CredentialNames, Keys) {
  for (const char* key : {"apiKey", "api_key", "x-api-key", "Authorization", "webhookSecret",
                          "privateKey", "encrypt-key", "serviceAccountRef", "BOT_TOKEN"}) {
    EXPECT_TRUE(is_credential_key("", key)) << key;
  }
  for (const char* key : {"maxTokens", "max_output_tokens", "apiKeyEnv", "tokenFile", "publicKey",
                          "tokens", "webhookUrl", "key", "value", "sessionKey", ""}) {
    EXPECT_FALSE(is_credential_key("", key)) << key;
  }
  EXPECT_TRUE(is_credential_key("tls", "key"));
  EXPECT_TRUE(is_credential_key("edgeAuth", "CF-Access-Client-Id"));
}

TEST(CredentialNames, Variables) {
  for (const char* name : {"SMTP_PASS", "GITHUB_PAT", "OPENAI_API_KEY", "SSH_KEY", "DB_PASSWORD"}) {
    EXPECT_TRUE(is_credential_variable(name)) << name;
  }
  for (const char* name : {"PATH", "SSH_PUBLIC_KEY", "TOKEN_LIMIT", "KEY", "GOOGLE_KEY_PATH"}) {
    EXPECT_FALSE(is_credential_variable(name)) << name;
  }
}

TEST(CredentialNames, Values) {
  for (const char* value : {"sk-abc123", " hunter2 ", "/AbC+d/ef=", "4242:AAE", "a/b/c/d"}) {
    EXPECT_TRUE(is_credential_value(value)) << value;
  }
  for (const char* value : {"", "abc", "none", "changeme", "ollama-local", "oauth:qwen", "xxxxxxxx",
                            "your-api-key", "<token>", "~/.secret", "/run/secrets/key", "********",
                            "__OPENCLAW_REDACTED__", "${UNSET}", "secretref-managed"}) {
    EXPECT_FALSE(is_credential_value(value)) << value;
  }
}

TEST(CredentialNames, References) {
  EXPECT_EQ(referenced_variable("$OPENAI_API_KEY"), "OPENAI_API_KEY");
  EXPECT_EQ(referenced_variable("OPENAI_API_KEY"), "OPENAI_API_KEY");
  EXPECT_EQ(referenced_variable("secretref-env:X"), "X");
  EXPECT_EQ(referenced_variable("$lower"), "");
  EXPECT_EQ(referenced_variable("ABCDEF0123456789"), "");
}

TEST(CredentialFields, ValuesAndReferences) {
  const auto root = parse_json5(R"({
    gateway: { auth: { token: " s3cret-value " } , port: 18789 },
    models: { providers: { openai: { apiKey: { source: "store", provider: "default", id: "K" } },
                           local: { apiKey: "ollama-local", maxTokens: 4096 } } },
    channels: { telegram: { tokenFile: "~/t.token" }, slack: { botToken: "$SLACK" } },
    agents: { list: [ { id: "ops", memorySearch: { remote: { apiKey: "mem-key-1" } } } ] },
    mcp: { servers: { gh: { env: { GITHUB_PAT: "ghp-1", HOME: "/x" } } } },
    secrets: { providers: { vault: { source: "exec", id: "x", token: "not-looked-at" } } } })");
  ASSERT_TRUE(root);
  const auto fields = credential_fields(*root);
  ASSERT_TRUE(fields);
  std::map<std::string, const CredentialField*> by_id;
  for (const CredentialField& field : *fields) by_id[id_of(config_credential(field.path))] = &field;
  ASSERT_EQ(by_id.size(), 6U);
  EXPECT_EQ(by_id["gateway/token"]->value.reveal(), "s3cret-value");
  EXPECT_EQ(by_id["config/agents/ops/memorySearch/remote"]->value.reveal(), "mem-key-1");
  EXPECT_EQ(by_id["config/mcp/servers/gh/env/GITHUB_PAT"]->value.reveal(), "ghp-1");
  EXPECT_EQ(by_id["model/openai"]->reference->source, Source::store);
  EXPECT_EQ(by_id["channel/telegram/default"]->reference->source, Source::path);
  EXPECT_EQ(by_id["channel/slack/default"]->reference->id, "SLACK");
}

TEST(CredentialFields, AreBounded) {
  json root;
  for (std::size_t i = 0; i <= kMaxCredentialFields; ++i) {
    root["a" + std::to_string(i)]["token"] = "value-" + std::to_string(i);
  }
  EXPECT_EQ(credential_fields(root).error().code, Errc::too_large);
}

TEST(CredentialId, SaysTheShortThing) {
  EXPECT_EQ(id_at("models.providers.openai.apiKey"), "model/openai");
  EXPECT_EQ(id_at("models.providers.openai.headers.Authorization"),
            "model/openai/headers/Authorization");
  EXPECT_EQ(id_at("models.providers.providers.apiKey"), "model/providers");
  EXPECT_EQ(id_at("gateway.auth.password"), "gateway/password");
  EXPECT_EQ(id_at("gateway.remote.token"), "gateway/remote/token");
  EXPECT_EQ(id_at("hooks.token"), "hooks/token");
  EXPECT_EQ(id_at("channels.discord.token"), "channel/discord/default");
  EXPECT_EQ(id_at("channels.slack.accounts.work.appToken"), "channel/slack/work/appToken");
  EXPECT_EQ(id_at("skills.entries.weather.apiKey"), "skill/weather");
  EXPECT_EQ(id_at("plugins.entries.brave.config.webSearch.apiKey"), "plugin/brave/webSearch");
  EXPECT_EQ(id_at("env.vars.GITHUB_TOKEN"), "env/GITHUB_TOKEN");
  EXPECT_EQ(id_at("tools.web.search.apiKey"), "config/tools/web/search");
}

TEST(CredentialId, HidesWhatIsNotHarmless) {
  EXPECT_EQ(id_of({"channel", "whatsapp", "+15551234567"}), "channel/whatsapp/~0f");
  EXPECT_EQ(id_of({"model", "openai", "me@example.org"}), "model/openai/~0f");
  EXPECT_EQ(id_of({"model", "sk-1a2b3c4d5e6f7g8h9i0j"}), "model/~0f");
  EXPECT_EQ(id_of({"a", "b", "c", "d", "e", "f", "g"}), "a/b/c/d/e/~0f");
  EXPECT_FALSE(is_harmless_name("1-5-5-5-1-2"));
  EXPECT_TRUE(is_harmless_name("claude-opus-4.1"));
}

// As 2026.9.6 wrote it (config_machine_state, authProfiles.store), values changed.
TEST(AuthProfiles, AllTypes) {
  const auto profiles = parse_auth_profiles(
      R"({"version":1,"profiles":{"openai:manual":{"type":"api_key","provider":"openai","key":"sk-1234"},
      "anthropic:manual":{"type":"token","provider":"anthropic","expires":1797926395375,"token":"sk-ant-1"},
      "codex:me@example.org":{"type":"oauth","provider":"codex","access":"a","refresh":"b","expires":1795301543267},
      "ref:x":{"type":"api_key","provider":"ref","keyRef":{"source":"env","provider":"default","id":"K"}},
      "empty:x":{"type":"token","token":""},"odd:x":{"type":"new"},"bad":7}})");
  ASSERT_TRUE(profiles);
  ASSERT_EQ(profiles->size(), 4U);
  const AuthProfile& token = (*profiles)[0];
  EXPECT_EQ(token.value.reveal(), "sk-ant-1");
  EXPECT_EQ(token.expires, at(1797926395375));
  EXPECT_FALSE(token.refreshable);
  EXPECT_TRUE((*profiles)[1].refreshable);
  EXPECT_TRUE((*profiles)[1].value.empty());
  EXPECT_EQ((*profiles)[2].provider, "openai");
  EXPECT_EQ((*profiles)[3].reference->id, "K");
}

TEST(AuthProfiles, Malformed) {
  EXPECT_TRUE(parse_auth_profiles("{}")->empty());
  for (const char* text : {"", "[]", "{", R"({"profiles":[]})"}) {
    EXPECT_EQ(parse_auth_profiles(text).error().code, Errc::parse) << text;
  }
  EXPECT_FALSE(time_from_milliseconds(0));
  EXPECT_FALSE(time_from_milliseconds(1e300));
  EXPECT_FALSE(time_from_milliseconds(std::numeric_limits<double>::quiet_NaN()));
}

// As 2026.3.13 wrote devices/paired.json, values changed.
TEST(DeviceTokens, BothLayouts) {
  const std::string id(64, 'a');
  const std::string tokens =
      R"({"operator":{"token":"t1","createdAtMs":1795301543267,"rotatedAtMs":1795301600000},
          "node":{"token":"t2","createdAtMs":1795301543267},
          "old":{"token":"t3","revokedAtMs":1795301543267},"none":{}})";
  const auto table = parse_device_tokens(id, tokens);
  ASSERT_TRUE(table);
  ASSERT_EQ(table->size(), 2U);
  EXPECT_EQ((*table)[0].role, "node");
  EXPECT_EQ((*table)[0].issued, at(1795301543267));
  EXPECT_EQ((*table)[1].issued, at(1795301600000));
  const auto file =
      parse_paired_devices("{\"" + id + R"(":{"tokens":)" + tokens + R"(},"b":{},"c":1})");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size(), 2U);
  EXPECT_EQ(device_name(id), "aaaaaaaa");
  EXPECT_EQ(device_name("my phone"), "my phone");
  EXPECT_FALSE(parse_paired_devices("[]"));
  EXPECT_FALSE(parse_device_tokens(id, "7"));
}

TEST(JsonWebToken, Times) {
  const TokenTimes times = json_web_token_times(
      "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTgwMDAwMDAwMH0.c2ln");
  EXPECT_EQ(times.issued, at(1767225600000));
  EXPECT_EQ(times.expires, at(1800000000000));
  for (const char* text : {"", "eyJ", "eyJ.", "eyJ..", "eyJ.!!.x", "eyJ.eyJ.x", "eyJ.W10.x",
                           "eyJ.eyJleHAiOi0xfQ.x", "xoxb-1.2.3"}) {
    EXPECT_FALSE(json_web_token_times(text).expires) << text;
  }
}

TEST(UnitEnvironment, AsSystemdReadsIt) {
  std::map<std::string, std::string> variables;
  apply_unit_environment(
      "[Unit]\nEnvironment=NO=1\n[Service]\n# Environment=NO=2\n"
      "Environment=A=1 \"B=two words\" 'C=it''s' D=a\\x NOVALUE =x\n"
      "Environment = E=x\\\n F=y%%z\nUser=claw\n",
      variables);
  EXPECT_EQ(
      variables,
      (std::map<std::string, std::string>{
          {"A", "1"}, {"B", "two words"}, {"C", "its"}, {"D", "ax"}, {"E", "x"}, {"F", "y%z"}}));
  apply_unit_environment("[Service]\nEnvironment=\nEnvironment=A=2\n", variables);
  EXPECT_EQ(variables, (std::map<std::string, std::string>{{"A", "2"}}));
  EXPECT_EQ(unit_user("[Service]\nUser=claw\nUser=other\n"), "other");
  EXPECT_EQ(unit_user("[Service]\nExecStart=/x\n"), "root");
}

}  // namespace
}  // namespace clawvigil
