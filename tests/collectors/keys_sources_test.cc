#include <gtest/gtest.h>

#include <string>

#include "tests/collectors/keys_fixture.h"
#include "tests/support/sqlite_writer.h"

namespace clawvigil {
namespace {

using test::kCreated;
using test::kDay;
using test::kExpiry;
using test::kNotWatched;
using test::kPlaintext;
using test::kRotations;
using test::value;

using KeysSources = test::KeysHost;

TEST_F(KeysSources, ProfilesOfTheOlderVersions) {
  write("agents/main/agent/auth-profiles.json",
        R"({"version":1,"profiles":{"anthropic:manual":{"type":"token","provider":"anthropic",
        "token":"MARKER-token","expires":1797926395375},"codex:me@example.org":{"type":"oauth",
        "provider":"codex","access":"MARKER-a","refresh":"MARKER-r","expires":1795301543267}}})");
  write("agents/small/agent/auth-profiles.json",
        R"({"version":1,"profiles":{"anthropic:manual":{"type":"token","provider":"anthropic",
        "token":"MARKER-token"},"openai:own":{"type":"api_key","provider":"openai",
        "key":"MARKER-own-key"}}})");
  write("agents/main/agent/models.json",
        R"({"providers":{"fakeai":{"apiKey":"MARKER-copied-key"}}})");
  const auto out = run();
  EXPECT_EQ(age(out, "model/anthropic/manual"), 10 * kDay);
  EXPECT_EQ(value(out, kExpiry, {"claw", "model/anthropic/manual", "false"}), 1797926395.375);
  EXPECT_EQ(age(out, "model/openai/own/small"), 10 * kDay);
  // The address is not shown; the login has no age.
  const Family* const created = out.find(kCreated);
  ASSERT_NE(created, nullptr);
  EXPECT_EQ(created->samples.size(), 3U);
  const Family* const expiry = out.find(kExpiry);
  ASSERT_EQ(expiry->samples.size(), 2U);
  for (const auto& [labels, seconds] : expiry->samples) {
    EXPECT_EQ(labels[1].find('@'), std::string::npos) << labels[1];
    EXPECT_EQ(labels[2], labels[1].starts_with("oauth/codex/~") ? "true" : "false");
  }
}

// The tables of 2026.9.6 as its schema has them.
TEST_F(KeysSources, DatabasesOfTheNewerVersions) {
  age_ = 0;
  run();
  const auto ms = [this](double days) {
    return std::to_string(static_cast<std::int64_t>((now() - days * kDay) * 1e3));
  };
  host_.mkdir("/home/claw/.openclaw/state", 0700);
  host_.mkdir("/home/claw/.openclaw/agents/small/agent", 0700);
  write("agents/main/agent/auth-profiles.json",
        R"({"profiles":{"openai:manual":{"type":"api_key","key":"MARKER-retired"}}})");
  write("devices/paired.json", R"({"d":{"tokens":{"node":{"token":"MARKER-retired"}}}})");
  test::WritingConnection state(real("state/openclaw.sqlite"));
  state.execute(
      "CREATE TABLE config_machine_state(state_key TEXT NOT NULL PRIMARY KEY, value_json TEXT NOT "
      "NULL, updated_at_ms INTEGER NOT NULL) STRICT;"
      "INSERT INTO config_machine_state VALUES('authProfiles.store', "
      "'{\"version\":1,\"profiles\":{\"openai:manual\":{\"type\":\"api_key\",\"provider\":"
      "\"openai\","
      "\"key\":\"MARKER-openai\"}}}', " +
      ms(3) +
      ");"
      "CREATE TABLE device_pairing_paired(device_id TEXT PRIMARY KEY, tokens_json TEXT);"
      "INSERT INTO device_pairing_paired VALUES('" +
      std::string(64, 'b') +
      "','{\"operator\":{\"token\":\"MARKER-device\",\"createdAtMs\":" + ms(100) +
      "}}');"
      "CREATE TABLE secret_store_entries(scope_kind TEXT, scope_id TEXT, name TEXT, value TEXT, "
      "kind TEXT, created_at_ms INTEGER, updated_at_ms INTEGER, deleted_at_ms INTEGER);"
      "INSERT INTO secret_store_entries VALUES"
      "('team','','HOOKS','MARKER-hooks','secret'," +
      ms(50) + "," + ms(5) +
      ",NULL),"
      "('team','','OTHER','MARKER-other','secret'," +
      ms(50) + "," + ms(50) +
      ",NULL),"
      "('team','','GONE','MARKER-gone','secret',1,1," +
      ms(1) +
      "),"
      "('team','','CITY','Paris, France','env',1,1,NULL);");
  test::WritingConnection agent(real("agents/small/agent/openclaw-agent.sqlite"));
  agent.execute(
      "CREATE TABLE auth_profile_store(store_key TEXT PRIMARY KEY, store_json TEXT, "
      "updated_at INTEGER);"
      "INSERT INTO auth_profile_store VALUES('primary','{\"profiles\":{\"openai:manual\":{"
      "\"type\":\"api_key\",\"provider\":\"openai\",\"key\":\"MARKER-own\"}}}'," +
      ms(7) + ");");
  config(R"({"hooks":{"token":{"source":"store","provider":"default","id":"HOOKS"}}})");
  const auto out = run();
  EXPECT_NEAR(age(out, "model/openai/manual"), 3 * kDay, 1);
  EXPECT_NEAR(age(out, "model/openai/manual/small"), 7 * kDay, 1);
  EXPECT_NEAR(age(out, "device/bbbbbbbb/operator"), 100 * kDay, 1);
  EXPECT_NEAR(age(out, "hooks/token"), 5 * kDay, 1);
  EXPECT_NEAR(age(out, "store/OTHER"), 50 * kDay, 1);
  EXPECT_EQ(out.find(kCreated)->samples.size(), 5U);
  EXPECT_EQ(value(out, kPlaintext, {"claw", "config"}), 0);
  EXPECT_TRUE(out.unknowns().empty());
}

TEST_F(KeysSources, FilesUnitsAndWhatCannotBeLookedUp) {
  write("tg.token", "4242:MARKER-bot-token\n");
  write("secrets.json", R"({"providers":{"a/b":{"key":"MARKER-file-key"}}})");
  write_at(
      "/home/claw/.config/systemd/user/openclaw-gateway.service",
      "[Service]\nEnvironment=OPENCLAW_GATEWAY_TOKEN=MARKER-unit-token \"X_API_KEY=MARKER-x\"\n");
  write_at("/etc/systemd/system/openclaw.service",
           "[Service]\nUser=other\nEnvironment=Y_API_KEY=MARKER-y\n");
  config(R"({channels:{telegram:{tokenFile:'~/.openclaw/tg.token'}},
    secrets:{providers:{f:{source:'file',path:'~/.openclaw/secrets.json'},v:{source:'exec'}}},
    models:{providers:{a:{apiKey:{source:'file',provider:'f',id:'/providers/a~1b/key'}},
                       b:{apiKey:{source:'exec',provider:'v',id:'k'}},
                       c:{apiKey:'${UNSET_VARIABLE}'},
                       d:{apiKey:{source:'store',provider:'default',id:'NONE'}}}}})");
  const auto out = run();
  for (const char* id : {"channel/telegram/default", "model/a", "gateway/token", "env/X_API_KEY"}) {
    EXPECT_EQ(age(out, id), 10 * kDay) << id;
  }
  EXPECT_EQ(out.find(kCreated)->samples.size(), 4U);
  EXPECT_EQ(value(out, kPlaintext, {"claw", "unit"}), 2);
  EXPECT_EQ(value(out, kPlaintext, {"claw", "config"}), 0);
  for (const char* reason : {"command", "environment", "missing"}) {
    EXPECT_EQ(value(out, kNotWatched, {"claw", reason}), 1) << reason;
  }
}

TEST_F(KeysSources, TokensSayThemselvesWhenTheyEnd) {
  config(R"({"channels":{"matrix":{"accessToken":
    "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTgwMDAwMDAwMH0.c2ln"}}})");
  const auto out = run();
  EXPECT_EQ(value(out, kCreated, {"claw", "channel/matrix/default/accessToken", "channel"}),
            1767225600);
  EXPECT_EQ(value(out, kExpiry, {"claw", "channel/matrix/default/accessToken", "false"}),
            1800000000);
}

TEST_F(KeysSources, SshKeys) {
  write_at("/etc/ssh/ssh_host_ed25519_key.pub", "ssh-ed25519 AAAAhost root@vps\n");
  write_at("/etc/ssh/ssh_host_ed25519_key", "private");
  write_at("/home/claw/.ssh/id_ed25519", "MARKER-private-1");
  write_at("/home/claw/.ssh/id_ed25519.pub", "ssh-ed25519 AAAAuser claw@vps\n");
  write_at("/home/claw/.ssh/authorized_keys", "ssh-ed25519 AAAAother\n");
  auto out = run();
  EXPECT_EQ(age(out, "ssh_host/ed25519", ""), 10 * kDay);
  EXPECT_EQ(age(out, "ssh_user/ed25519"), 10 * kDay);
  EXPECT_EQ(out.find(kCreated)->samples.size(), 3U);
  // Another passphrase is no other key.
  age_ = 0;
  write_at("/home/claw/.ssh/id_ed25519", "MARKER-private-2");
  out = run();
  EXPECT_EQ(age(out, "ssh_user/ed25519"), 10 * kDay);
  EXPECT_EQ(value(out, kRotations, {"claw", "ssh_user/ed25519"}), 0);
}

TEST_F(KeysSources, CredentialFiles) {
  write("credentials/telegram-pairing.json", R"({"version":1,"requests":[{"token":"MARKER-no"}]})");
  write("credentials/oauth.json", R"({"openai":{"access":"MARKER-a","refresh":"MARKER-r",
    "expires":1797926395375}})");
  write("credentials/service.json", R"({"private_key":"MARKER-pem","client_id":"x"})");
  write("credentials/whatsapp/default/creds.json",
        R"({"advSecretKey":"MARKER-adv","nextPreKeyId":1})");
  const auto out = run();
  EXPECT_EQ(age(out, "file/service/private_key"), 10 * kDay);
  EXPECT_EQ(age(out, "session/whatsapp/default"), 0);
  EXPECT_EQ(value(out, kExpiry, {"claw", "oauth/oauth/openai", "true"}), 1797926395.375);
  EXPECT_EQ(out.find(kCreated)->samples.size(), 3U);
}

}  // namespace
}  // namespace clawvigil
