#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>
#include <string>

#include "tests/collectors/keys_fixture.h"

namespace clawvigil {
namespace {

using test::kCreated;
using test::kNotWatched;
using test::kRotations;
using test::value;

using KeysHostile = test::KeysHost;

TEST_F(KeysHostile, NoSecretIsShownOrKept) {
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

TEST_F(KeysHostile, HostileFiles) {
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

// Whoever may write openclaw.json must not learn the age of a file of another user.
TEST_F(KeysHostile, ForeignFiles) {
  if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: needs root to give a file away";
  constexpr uid_t kOther = 65534;
  write("foreign", "MARKER-foreign-token");
  ASSERT_EQ(::chown(real("foreign").c_str(), kOther, kOther), 0);
  config(R"({channels:{telegram:{tokenFile:'~/.openclaw/foreign'}}})");
  const auto out = run();
  EXPECT_EQ(out.find(kCreated), nullptr);
  EXPECT_EQ(value(out, kNotWatched, {"claw", "missing"}), 1);
}

TEST_F(KeysHostile, ManyValuesUnderOneNameStayBounded) {
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
