// Where the openclaw command is found, what is refused, and the audit run as somebody else.
#include "exporter/probe/openclaw_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "exporter/probe/probe.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"

namespace clawvigil {
namespace {

namespace fs = std::filesystem;
using probe::find_openclaw;
using probe::openclaw_of_command;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Words = std::vector<std::string>;

TEST(OpenClawCommand, IsWhatAUnitStartsBeforeTheWordGateway) {
  const std::string script = "/usr/lib/node_modules/openclaw/dist/index.js";
  const std::pair<Words, Words> cases[] = {
      {{"/usr/local/bin/openclaw", "gateway", "--port", "18789"}, {"/usr/local/bin/openclaw"}},
      {{"/usr/local/bin/openclaw", "--profile", "work", "gateway"}, {"/usr/local/bin/openclaw"}},
      {{"/usr/bin/node", script, "gateway"}, {"/usr/bin/node", script}},
      {{"/usr/bin/node", "--max-old-space-size=2048", script, "gateway"},
       {"/usr/bin/node", script}},
      {{"/usr/bin/docker", "run", "--rm", "openclaw", "gateway"}, {}},
      {{"/usr/bin/node", "/srv/other/server.js"}, {}},
      {{"/usr/bin/node", "dist/openclaw/index.js"}, {}},
      {{"/usr/bin/node"}, {}},
      {{"openclaw", "gateway"}, {}},
      {{}, {}}};
  for (const auto& [words, expected] : cases) EXPECT_EQ(openclaw_of_command(words), expected);
}

class FindOpenClaw : public testing::Test {
 protected:
  FindOpenClaw() {
    host_.write("/home/claw/.openclaw/openclaw.json", "{}", 0600);
    host_.write("/etc/passwd", "claw:x:" + std::to_string(::getuid()) + ":1::/home/claw:/bin/sh\n");
    host_.mkdir("/usr/bin");
    host_.mkdir("/usr/local/bin");
  }
  [[nodiscard]] Result<probe::OpenClawProgram> find() const {
    const std::vector<Home> homes = test::homes_of(host_.root());
    const auto accounts = host::read_accounts(host_.root());
    return find_openclaw(host_.root(), homes.at(0), accounts->at(0));
  }
  [[nodiscard]] Words found() const {
    const auto program = find();
    return program ? program->arguments : Words{program.error().message};
  }
  void install(const std::string& path) const { host_.write(path, "#!/bin/sh\n", 0755); }
  void unit(const std::string& path, const std::string& command) const {
    host_.write(path, "[Service]\nExecStart=" + command + "\nUser=claw\n");
  }

  test::HostFixture host_;
};

TEST_F(FindOpenClaw, BelowTheHomeThenInTheSystem) {
  EXPECT_THAT(found(), ElementsAre(HasSubstr("no openclaw command was found for claw")));
  EXPECT_EQ(find().error().code, Errc::unsupported);
  for (const char* const path :
       {"/usr/bin/openclaw", "/usr/local/bin/openclaw", "/home/claw/.local/share/pnpm/openclaw",
        "/home/claw/.nvm/versions/node/v9.9.9/bin/openclaw",
        "/home/claw/.nvm/versions/node/v24.1.0/bin/openclaw", "/home/claw/.openclaw/bin/openclaw",
        "/home/claw/.npm-global/bin/openclaw"}) {
    install(path);
    EXPECT_THAT(found(), ElementsAre(path));
  }
  EXPECT_EQ(find()->directory, "/home/claw/.npm-global/bin");
}

TEST_F(FindOpenClaw, ALinkIsAsGoodAsAFile) {
  fs::create_symlink("../lib/openclaw.mjs", host_.real("/usr/local/bin/openclaw"));
  EXPECT_THAT(found(), ElementsAre("/usr/local/bin/openclaw"));
}

TEST_F(FindOpenClaw, TheGatewaysOwnUnitIsFirst) {
  install("/usr/bin/openclaw");
  install("/usr/bin/node");
  install("/home/claw/lib/openclaw/dist/index.js");
  unit("/home/claw/.config/systemd/user/openclaw-gateway.service",
       "/usr/bin/node %h/lib/openclaw/dist/index.js gateway --port 18789");
  EXPECT_THAT(found(), ElementsAre("/usr/bin/node", "/home/claw/lib/openclaw/dist/index.js"));
  // One that starts what is no longer there does not count.
  fs::remove(host_.real("/home/claw/lib/openclaw/dist/index.js"));
  EXPECT_THAT(found(), ElementsAre("/usr/bin/openclaw"));
  install("/opt/claw/openclaw");
  host_.write("/home/claw/.config/systemd/user/openclaw-gateway.service.d/other.conf",
              "[Service]\nExecStart=\nExecStart=-/opt/claw/openclaw gateway\n");
  EXPECT_THAT(found(), ElementsAre("/opt/claw/openclaw"));
}

TEST_F(FindOpenClaw, ASystemUnitOfTheAccountCounts) {
  install("/usr/bin/openclaw");
  install("/opt/openclaw");
  unit("/etc/systemd/system/openclaw.service", "/opt/openclaw gateway");
  EXPECT_THAT(found(), ElementsAre("/opt/openclaw"));
  host_.write("/etc/systemd/system/openclaw.service",
              "[Service]\nExecStart=/opt/openclaw gateway\nUser=somebody\n");
  EXPECT_THAT(found(), ElementsAre("/usr/bin/openclaw"));
}

TEST_F(FindOpenClaw, WhatAnotherUserCouldHaveChangedIsNotRun) {
  install("/usr/local/bin/openclaw");
  fs::permissions(host_.real("/usr/local/bin/openclaw"), fs::perms(0757));
  EXPECT_THAT(found(), ElementsAre("/usr/local/bin/openclaw: not run, because another user could "
                                   "have changed it"));
  EXPECT_EQ(find().error().code, Errc::unsafe);
  fs::permissions(host_.real("/usr/local/bin/openclaw"), fs::perms(0755));
  fs::permissions(host_.real("/usr/local/bin"), fs::perms(0757));
  EXPECT_EQ(find().error().code, Errc::unsafe);
  fs::permissions(host_.real("/usr/local/bin"), fs::perms(0755));
  EXPECT_TRUE(find());
  if (::getuid() != 0) return;
  ASSERT_EQ(::chown(host_.real("/usr/local/bin/openclaw").c_str(), 61'401, 61'401), 0);
  EXPECT_EQ(find().error().code, Errc::unsafe);
}

// A home of a user that needs no account, with an openclaw that tells how it was run.
class AuditProbe : public testing::Test {
 protected:
  static constexpr uid_t kUser = 61'400;

  AuditProbe() : directory_(0755) {
    if (::getuid() != 0) return;
    directory_.write("claw/.openclaw/openclaw.json", "{}");
    install("#!/bin/sh\nexit 3\n");
    give_away(directory_ / "claw");
  }
  void SetUp() override {
    if (::getuid() != 0) GTEST_SKIP() << "SKIPPED: only root can run it as another user";
  }
  void install(const std::string& script) const {
    directory_.write("claw/.npm-global/bin/openclaw", script, 0755);
  }
  static void give_away(const std::string& path) {
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      ASSERT_EQ(::lchown(entry.path().c_str(), kUser, kUser), 0);
    }
    ASSERT_EQ(::lchown(path.c_str(), kUser, kUser), 0);
  }
  Result<std::string> audit() const {
    const host::Root root = *host::Root::open("/");
    const std::vector<Home> homes = test::homes_of(root, {directory_ / "claw/.openclaw"});
    const SystemClock clock;
    auto readings = probe::openclaw_audit(
        {.root = root, .config = Config{}, .homes = homes, .clock = clock, .stop = {}});
    if (!readings) return std::unexpected(readings.error());
    if (readings->size() != 1) return fail(Errc::io, "not one reading");
    return readings->front().output;
  }
  [[nodiscard]] std::string said(const std::string& script) const {
    install("#!/bin/sh\n" + script + "\n");
    const auto output = audit();
    return output ? *output
                  : std::string(to_string(output.error().code)) + ": " + output.error().message;
  }

  test::TempDir directory_;
};

TEST_F(AuditProbe, RunsTheCommandAsItsUserInItsState) {
  EXPECT_EQ(said("echo \"$@\"; id -u; pwd; nice"),
            "security audit --json\n61400\n" + (directory_ / "claw/.openclaw") + "\n" +
                std::to_string(std::min(::getpriority(PRIO_PROCESS, 0) + 10, 19)) + "\n");
  EXPECT_EQ(said("echo $HOME $OPENCLAW_STATE_DIR $OPENCLAW_CONFIG_PATH $OPENCLAW_PROFILE"),
            (directory_ / "claw") + " " + (directory_ / "claw/.openclaw") + " " +
                (directory_ / "claw/.openclaw/openclaw.json") + "\n");
}

TEST_F(AuditProbe, HasTheEnvironmentOfTheGateway) {
  directory_.write("claw/.openclaw/.env", "OPENCLAW_GATEWAY_TOKEN=of-the-env-file\n");
  directory_.write("claw/.config/systemd/user/openclaw-gateway.service",
                   "[Service]\nEnvironment=OPENCLAW_GATEWAY_TOKEN=of-the-unit PATH=/opt/node/bin\n"
                   "Environment=OPENCLAW_SERVICE_MARKER=openclaw NODE_OPTIONS=--inspect\n");
  give_away(directory_ / "claw");
  EXPECT_EQ(said("echo $OPENCLAW_GATEWAY_TOKEN; echo ${OPENCLAW_SERVICE_MARKER-none}; echo $PATH; "
                 "echo $NODE_OPTIONS"),
            "of-the-unit\nnone\n" + (directory_ / "claw/.npm-global/bin") +
                ":/opt/node/bin:/usr/local/bin:/usr/bin:/bin\n--max-old-space-size=1024\n");
}

TEST_F(AuditProbe, SaysHowItFailedAndNotWhatItPrinted) {
  EXPECT_EQ(said("echo '{\"ok\": false}'; echo token=hunter2 >&2; exit 1"),
            "io: the audit ended with code 1; see what it says: sudo -u '#61400' -H openclaw "
            "security audit");
  EXPECT_THAT(said("kill -ABRT $$"), HasSubstr("was ended by signal 6 (out of memory?)"));
  EXPECT_THAT(said("printf '\\377'"), HasSubstr("not UTF-8"));
}

}  // namespace
}  // namespace clawvigil
