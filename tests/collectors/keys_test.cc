#include "collectors/keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"
#include "tests/support/sqlite_writer.h"

namespace clawvigil {
namespace {

using test::has;
using test::value;

constexpr char kCreated[] = "clawvigil_credential_created_timestamp_seconds";
constexpr char kExpiry[] = "clawvigil_credential_expiry_timestamp_seconds";
constexpr char kRotations[] = "clawvigil_credential_rotations_total";
constexpr char kMaxAge[] = "clawvigil_credential_max_age_seconds";
constexpr char kUnmatched[] = "clawvigil_credential_setting_unmatched";
constexpr char kNotWatched[] = "clawvigil_credentials_not_watched";
constexpr char kPlaintext[] = "clawvigil_plaintext_secrets";

constexpr double kDay = 86400;

// A machine with one account, "claw", whose OpenClaw a test writes file by file.
class Keys : public testing::Test {
 protected:
  Keys() {
    host_.write("/etc/passwd",
                "claw:x:" + std::to_string(::geteuid()) + ":1::/home/claw:/bin/sh\n");
    host_.mkdir("/home/claw/.openclaw", 0700);
    config(R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})");
  }

  void config(const std::string& text) { write("openclaw.json", text); }
  void write(const std::string& name, const std::string& text) {
    write_at("/home/claw/.openclaw/" + name, text);
  }
  // As of `age_` before now.
  void write_at(const std::string& path, const std::string& text) {
    host_.write(path, text, 0600);
    const double seconds = to_unix_seconds(clock_.now().wall) - age_;
    const timespec time{static_cast<time_t>(seconds), 0};
    const timespec times[2] = {time, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, host_.real(path).c_str(), times, 0), 0);
  }
  std::string real(const std::string& name) { return host_.real("/home/claw/.openclaw/" + name); }

  Batch run() {
    const auto homes = test::homes_of(host_.root());
    const Instant now = clock_.now();
    const Context context{host_.root(),
                          settings_,
                          homes,
                          store_,
                          now,
                          clock_,
                          now.steady + std::chrono::hours(1),
                          {}};
    Batch out;
    const auto result = collector_->collect(context, out);
    EXPECT_TRUE(result) << result.error().message;
    test::expect_declared(*collector_, out);
    return out;
  }
  // What a restart of the daemon does.
  void restart() {
    collector_ = make_keys_collector();
    store_ = store::Store::open(state_ / "state", clock_.now().wall);
  }
  double now() { return to_unix_seconds(clock_.now().wall); }
  double age(const Batch& out, const std::string& id, const std::string& home = "claw") {
    return now() - value(out, kCreated, {home, id, id.substr(0, id.find('/'))});
  }

  test::HostFixture host_;
  test::TempDir state_;
  test::ManualClock clock_;
  Config settings_;
  double age_ = 10 * kDay;
  store::Store store_ = store::Store::open(state_ / "state", clock_.now().wall);
  std::unique_ptr<Collector> collector_ = make_keys_collector();
};

TEST_F(Keys, AgeIsAtLeastThatOfTheFile) {
  auto out = run();
  EXPECT_EQ(age(out, "gateway/token"), 10 * kDay);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 0);
  EXPECT_TRUE(out.unknowns().empty());

  // Another setting is changed: the file is new, the value is not.
  clock_.advance(std::chrono::hours(24));
  age_ = 0;
  config(R"({ gateway: { auth: { token: 'MARKER-gateway-token' }, port: 18789 } })");
  restart();
  out = run();
  EXPECT_EQ(age(out, "gateway/token"), 11 * kDay);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 0);
}

TEST_F(Keys, AnOlderCopyOfTheConfigurationIsOlderProof) {
  age_ = 200 * kDay;
  write("openclaw.json.bak.1", R"({"gateway":{"auth":{"token":"another-one"}}})");
  age_ = 40 * kDay;
  write("openclaw.json.bak", R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})");
  EXPECT_EQ(age(run(), "gateway/token"), 40 * kDay);
}

TEST_F(Keys, ImpossibleTimesProveNothing) {
  age_ = to_unix_seconds(clock_.now().wall);  // 1970
  config(R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})");
  EXPECT_EQ(age(run(), "gateway/token"), 0);
  age_ = -5 * kDay;
  config(R"({"hooks":{"token":"MARKER-hooks-token"}})");
  EXPECT_EQ(age(run(), "hooks/token"), 0);
}

TEST_F(Keys, AChangedValueIsARotationAndAnOldOneThatReturnsIsOld) {
  run();
  clock_.advance(std::chrono::hours(24));
  age_ = 0;
  config(R"({"gateway":{"auth":{"token":"MARKER-second-token"}}})");
  auto out = run();
  EXPECT_EQ(age(out, "gateway/token"), 0);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 1);

  clock_.advance(std::chrono::hours(24));
  config(R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})");
  restart();
  out = run();
  EXPECT_EQ(age(out, "gateway/token"), 12 * kDay);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 1);
}

TEST_F(Keys, AMovedValueIsNoRotation) {
  run();
  age_ = 0;
  write(".env", "export OPENCLAW_GATEWAY_TOKEN=\"MARKER-gateway-token\"\n");
  config("{}");
  auto out = run();
  EXPECT_EQ(age(out, "gateway/token"), 10 * kDay);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 0);
  EXPECT_EQ(value(out, kPlaintext, {"claw", "config"}), 0);
  EXPECT_EQ(value(out, kPlaintext, {"claw", "env"}), 1);

  config(R"({"gateway":{"auth":{"token":"${OPENCLAW_GATEWAY_TOKEN}"}}})");
  out = run();
  EXPECT_EQ(age(out, "gateway/token"), 10 * kDay);
  EXPECT_EQ(value(out, kPlaintext, {"claw", "config"}), 0);
  EXPECT_FALSE(has(out, kCreated, {"claw", "env/OPENCLAW_GATEWAY_TOKEN", "env"}));
}

TEST_F(Keys, ACopiedDirectoryKeepsTheAge) {
  run();
  age_ = 0;
  host_.mkdir("/home/claw/.openclaw-work", 0700);
  write_at("/home/claw/.openclaw-work/openclaw.json",
           R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})");
  EXPECT_EQ(age(run(), "gateway/token", "claw/work"), 10 * kDay);
}

TEST_F(Keys, WhatIsGoneDisappearsAndKeepsItsAgeIfItReturns) {
  run();
  const std::string text = R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})";
  config("{}");
  EXPECT_EQ(run().find(kCreated), nullptr);
  clock_.advance(std::chrono::hours(48));
  age_ = 0;
  config(text);
  const auto out = run();
  EXPECT_EQ(age(out, "gateway/token"), 12 * kDay);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 0);
}

TEST_F(Keys, ProfilesOfTheOlderVersions) {
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
TEST_F(Keys, DatabasesOfTheNewerVersions) {
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

TEST_F(Keys, FilesUnitsAndWhatCannotBeLookedUp) {
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

TEST_F(Keys, WhatTheOwnerKnows) {
  const auto stated = [this](double days) {
    return std::chrono::floor<std::chrono::days>(clock_.now().wall -
                                                 std::chrono::hours(static_cast<int>(days * 24)));
  };
  settings_.keys.credentials = {{"gateway/token", stated(300), std::chrono::days(400), false},
                                {"hooks/token", stated(1), std::nullopt, true},
                                {"model/typo", std::nullopt, std::nullopt, true}};
  config(R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}},
    "hooks":{"token":"eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTgwMDAwMDAwMH0.c2ln"}})");
  auto out = run();
  EXPECT_EQ(age(out, "gateway/token"), 300 * kDay);
  EXPECT_EQ(value(out, kMaxAge, {"claw", "gateway/token"}), 400 * kDay);
  // The file is older than the date, but only clawvigil's own eyes outweigh the owner.
  EXPECT_EQ(age(out, "hooks/token"), kDay);
  EXPECT_TRUE(std::isinf(value(out, kMaxAge, {"claw", "hooks/token"})));
  EXPECT_EQ(out.find(kExpiry), nullptr);
  EXPECT_EQ(value(out, kUnmatched, {"gateway/token"}), 0);
  EXPECT_EQ(value(out, kUnmatched, {"model/typo"}), 1);

  // Exchanged since: the date was the old one's.
  clock_.advance(std::chrono::hours(72));
  age_ = 0;
  config(R"({"gateway":{"auth":{"token":"MARKER-second-token"}}})");
  EXPECT_EQ(age(run(), "gateway/token"), 0);

  // Nothing is said of settings while not everything can be read.
  config("{");
  EXPECT_EQ(run().find(kUnmatched), nullptr);
}

TEST_F(Keys, TokensSayThemselvesWhenTheyEnd) {
  config(R"({"channels":{"matrix":{"accessToken":
    "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTgwMDAwMDAwMH0.c2ln"}}})");
  const auto out = run();
  EXPECT_EQ(value(out, kCreated, {"claw", "channel/matrix/default/accessToken", "channel"}),
            1767225600);
  EXPECT_EQ(value(out, kExpiry, {"claw", "channel/matrix/default/accessToken", "false"}),
            1800000000);
}

TEST_F(Keys, SshKeys) {
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

TEST_F(Keys, CredentialFiles) {
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

TEST_F(Keys, NoSecretIsShownOrKept) {
  write(".env", "MARKER_API_KEY=MARKER-variable\nGATE=MARKER-x\n");
  write("agents/main/agent/auth-profiles.json",
        R"({"profiles":{"a:MARKER-me@example.org":{"type":"api_key","key":"MARKER-key"}}})");
  write("credentials/broken.json", R"(MARKER-broken {)");
  run();
  write("agents/main/agent/auth-profiles.json", R"({"profiles":["MARKER-bad"]})");
  const auto out = run();
  EXPECT_FALSE(out.unknowns().empty());
  std::string seen;
  for (const Unknown& unknown : out.unknowns()) seen += unknown.detail + "\n";
  for (const auto& [name, family] : out.families()) {
    for (const auto& [labels, number] : family.samples) {
      for (const std::string& label : labels) seen += label + "\n";
    }
  }
  for (const auto& file : std::filesystem::recursive_directory_iterator(state_.path())) {
    if (file.is_regular_file()) seen += test::read_all(file.path());
  }
  EXPECT_NE(seen.find("env/MARKER_API_KEY"), std::string::npos);
  EXPECT_EQ(seen.find("MARKER-"), std::string::npos);
}

TEST_F(Keys, HostileFiles) {
  // Paths that an agent may write into its configuration read nothing it could not read itself.
  ASSERT_EQ(::symlink("/etc/hostname", real("link").c_str()), 0);
  ASSERT_EQ(::mkfifo(real("fifo").c_str(), 0600), 0);
  ASSERT_EQ(::symlink("/etc", host_.real("/home/claw/.ssh").c_str()), 0);
  ASSERT_EQ(::mkfifo(real(".env").c_str(), 0600), 0);
  write("big", std::string(2UL * 1024 * 1024, 'x') + "y");
  config(R"({channels:{telegram:{tokenFile:'~/.openclaw/link'},zalo:{tokenFile:'~/.openclaw/fifo'},
    irc:{passwordFile:'~/.openclaw/big'},line:{tokenFile:'/'},discord:{tokenFile:'relative'},
    clickclack:{tokenFile:'/home/claw/.openclaw/../../../../proc/self/environ'}},
    hooks:{token:'MARKER-hooks'}})");
  const auto out = run();
  EXPECT_EQ(out.find(kCreated)->samples.size(), 1U);
  EXPECT_EQ(value(out, kNotWatched, {"claw", "missing"}), 6);
  EXPECT_EQ(out.unknowns().size(), 2U);  // .env and .ssh
}

TEST_F(Keys, ManyValuesUnderOneNameStayBounded) {
  run();
  for (int i = 0; i < 60; ++i) {
    clock_.advance(std::chrono::minutes(1));
    config(R"({"gateway":{"auth":{"token":"MARKER-token-)" + std::to_string(i) + "\"}}}");
    run();
  }
  EXPECT_EQ(value(run(), kRotations, {"claw", "gateway/token"}), 60);
  auto count = store_.prepare("SELECT count(*) FROM credential_values");
  ASSERT_TRUE(count && *count->step());
  EXPECT_LE(count->integer(0), 16);
}

}  // namespace
}  // namespace clawvigil
