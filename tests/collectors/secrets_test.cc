#include "collectors/secrets.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "exporter/base/strings.h"
#include "tests/support/collector_harness.h"
#include "tests/support/git_repository.h"
#include "tests/support/host_fixture.h"
#include "tests/support/secret_samples.h"

namespace clawvigil {
namespace {

using secrets::Location;
using test::HostFixture;

constexpr char kState[] = "/home/claw/.openclaw";
constexpr char kWorkspace[] = "/home/claw/.openclaw/workspace";
constexpr std::string_view kFindings = "clawvigil_secret_findings";

// A machine with one OpenClaw; its owner is whoever runs the test.
class Secrets : public ::testing::Test {
 protected:
  Secrets() {
    const std::string uid = std::to_string(::getuid());
    host_.write("/etc/passwd", "claw:x:" + uid + ":" + uid + "::/home/claw:/bin/bash\n");
    host_.write(std::string(kState) + "/openclaw.json", "{}", 0600);
    host_.write(std::string(kWorkspace) + "/SOUL.md", "# Soul\nBe kind.\n");
  }

  std::string secret(SecretRule rule = SecretRule::groq) {
    return test::make_secret(rule, random_);
  }
  void write(const std::string& relative, const std::string& text) {
    host_.write(std::string(kState) + "/" + relative, text);
  }
  std::string real(const std::string& relative) {
    return host_.real(std::string(kState) + "/" + relative);
  }

  void run() {
    const Instant now{SystemTime(std::chrono::hours(24 * 365 * 56)) + passed_,
                      SteadyTime(std::chrono::hours(1)) + passed_};
    auto result =
        test::run_collector(*collector_, host_.root(), test::homes_of(host_.root()), {}, now);
    ASSERT_TRUE(result.result) << result.result.error().message;
    test::expect_declared(*collector_, *result.batch);
    batch_ = result.batch;
    text_ = result.text;
  }
  void run_after(Duration duration) {
    passed_ += duration;
    run();
  }
  // All findings of a location, or -1 when it has not been looked through.
  double found(std::string_view location) {
    const Family* family = batch_->find(kFindings);
    if (family == nullptr || !family->samples.contains({"claw", std::string(location), "none"})) {
      return -1;
    }
    double sum = 0;
    for (const auto& [labels, value] : family->samples) {
      if (labels[1] == location) sum += value;
    }
    return sum;
  }
  double complete() { return test::value(*batch_, "clawvigil_secret_scan_complete", {"claw"}); }

  HostFixture host_;
  test::SampleRandom random_{42};
  std::unique_ptr<Collector> collector_ = make_secrets_collector();
  std::shared_ptr<const Batch> batch_;
  std::string text_;
  Duration passed_{};
};

TEST_F(Secrets, NothingFoundIsZeroEverywhere) {
  run();
  for (const char* place : {"instructions", "memory", "workspace", "env_files", "state", "shell",
                            "logs", "git_history"}) {
    EXPECT_EQ(found(place), 0) << place;
  }
  EXPECT_EQ(complete(), 1);
  EXPECT_TRUE(batch_->unknowns().empty());
  EXPECT_TRUE(batch_->findings().empty());
}

TEST_F(Secrets, WhatWasOnceCommittedIsFound) {
  const test::GitRepository repository;
  const std::string leaked = secret();
  repository.commit("notes.md", "one\n" + leaked + "\n");
  const std::string commit = repository.commit("copy.md", "the same: " + leaked + "\n");
  repository.commit("other.md", secret(SecretRule::github) + "\n");
  for (const char* name : {"notes.md", "copy.md", "other.md"}) {
    std::filesystem::remove(repository.path() + "/" + name);
  }
  repository.commit("README.md", "nothing to see\n");
  std::filesystem::copy(repository.path(), real("workspace"),
                        std::filesystem::copy_options::recursive);
  run();
  EXPECT_EQ(found("workspace"), 0);
  EXPECT_EQ(found("git_history"), 2) << "one is to be exchanged once, wherever it stands";
  const bool told = std::ranges::any_of(batch_->findings(), [&](const Finding& finding) {
    return finding.file.ends_with(" commit " + commit.substr(0, 12) + " copy.md");
  });
  EXPECT_TRUE(told);
  EXPECT_EQ(text_.find(leaked), std::string::npos);
}

TEST_F(Secrets, DifferentPrivateKeysInHistoryAreDifferent) {
  const test::GitRepository repository;
  repository.commit("a", secret(SecretRule::private_key) + "\n");
  repository.commit("b", secret(SecretRule::private_key) + "\n");
  std::filesystem::copy(repository.path() + "/.git", real("workspace/.git"),
                        std::filesystem::copy_options::recursive);
  run();
  EXPECT_EQ(found("git_history"), 2);
}

TEST_F(Secrets, EachPlaceIsCountedForItself) {
  write("workspace/AGENTS.md", "# Agents\n\nUse " + secret() + "\n");
  write("workspace/MEMORY.md", "- " + secret(SecretRule::telegram) + "\n- " + secret() + "\n");
  write("workspace/memory/2026-11-22.md", "key " + secret(SecretRule::github) + "\n");
  write("workspace/project/deploy.sh", "curl -H 'X: " + secret() + "'\n");
  write("workspace/project/.env", "A=" + secret() + "\nB=" + secret() + "\n");
  write("skills/mail/SKILL.md", "token " + secret() + "\n");
  write("cron/jobs.json", "{\"message\":\"" + secret() + "\"}\n");
  write("logs/gateway.log", "line\n" + secret() + "\n");
  host_.write("/home/claw/.bashrc", "export X=" + secret() + "\n");
  host_.write("/home/claw/.config/fish/config.fish", "set X " + secret() + "\n");
  host_.write("/home/claw/notes.txt", secret());
  run();
  EXPECT_EQ(found("instructions"), 1);
  EXPECT_EQ(found("memory"), 3);
  EXPECT_EQ(found("workspace"), 1);
  EXPECT_EQ(found("env_files"), 2);
  EXPECT_EQ(found("state"), 2);
  EXPECT_EQ(found("logs"), 1);
  EXPECT_EQ(found("shell"), 2);
  EXPECT_EQ(test::value(*batch_, kFindings, {"claw", "memory", "telegram"}), 1);
  EXPECT_EQ(test::value(*batch_, kFindings, {"claw", "memory", "github"}), 1);
}

TEST_F(Secrets, SaysFileAndLineToTheOwnerOnlyAndNeverTheValue) {
  const std::string value = secret();
  write("workspace/memory/notes.md", "one\ntwo\nkey: " + value + "\n");
  run();
  ASSERT_EQ(batch_->findings().size(), 1U);
  const Finding& finding = batch_->findings()[0];
  EXPECT_EQ(finding.file, std::string(kWorkspace) + "/memory/notes.md");
  EXPECT_EQ(finding.line, 3U);
  EXPECT_EQ(finding.labels, (std::vector<std::string>{"claw", "memory", "groq"}));
  EXPECT_FALSE(text_.contains("notes.md"));
  EXPECT_FALSE(text_.contains(value.substr(4, 12)));
}

TEST_F(Secrets, WhatHoldsSecretsByItsPurposeIsLeftToKeys) {
  write("openclaw.json", "{\"x\":\"" + secret() + "\"}");
  write("openclaw.json.bak", secret());
  write(".env", "GROQ_API_KEY=" + secret() + "\n");
  write("credentials/telegram.json", secret());
  write("agents/main/agent/auth-profiles.json", secret());
  write("agents/main/sessions/a.jsonl", secret());
  write("identity/device.json", secret(SecretRule::private_key));
  run();
  for (const char* place : {"state", "workspace", "env_files", "logs"}) EXPECT_EQ(found(place), 0);
}

TEST_F(Secrets, WorkspacesElsewhereAreFoundByTheConfiguration) {
  host_.write("/srv/work/MEMORY.md", secret());
  host_.write("/home/claw/agents/bob/SOUL.md", secret());
  host_.write("/srv/other/src/main.py", "k = '" + secret() + "'\n");
  write("workspace-coder/AGENTS.md", secret());
  write("openclaw.json", R"({"agents":{"defaults":{"workspace":"/srv/work/"},"entries":{)"
                         R"("bob":{"workspace":"~/agents/bob"},"eve":{"workspace":"/srv/other"},)"
                         R"("gone":{"workspace":"/srv/none"},"odd":{"workspace":"relative"}}}})");
  run();
  EXPECT_EQ(found("memory"), 1);
  EXPECT_EQ(found("instructions"), 2);
  EXPECT_EQ(found("workspace"), 1);
  EXPECT_TRUE(batch_->unknowns().empty());
}

TEST_F(Secrets, DependenciesAndWhatIsNoTextAreNotRead) {
  write("workspace/node_modules/x/index.js", secret());
  write("workspace/a/.venv/lib/x.py", secret());
  write("workspace/.git/config", secret());
  write("workspace/logo.png", secret());
  write("workspace/package-lock.json", secret());
  write("workspace/core", std::string("\0\0", 2) + secret());
  run();
  EXPECT_EQ(found("workspace"), 0);
}

TEST_F(Secrets, FollowsChangesAndEndsAtZero) {
  write("workspace/MEMORY.md", "- " + secret() + "\n");
  write("workspace/src/a.txt", secret());
  run();
  EXPECT_EQ(found("memory"), 1);
  write("workspace/MEMORY.md", "- gone\n");
  write("workspace/src/a.txt", "gone");
  write("workspace/src/b.txt", secret() + "\n" + secret());
  run_after(std::chrono::seconds(15));
  EXPECT_EQ(found("memory"), 0);
  EXPECT_EQ(test::value(*batch_, kFindings, {"claw", "memory", "groq"}), 0);
  EXPECT_EQ(found("workspace"), 1) << "the big tree is looked at every ten minutes";
  run_after(std::chrono::minutes(10));
  EXPECT_EQ(found("workspace"), 2);
}

TEST(SecretTreeScan, UnchangedFilesAreNotReadAgain) {
  test::SampleRandom random(1);
  const test::TempDir directory;
  const std::string text = "key " + test::make_secret(SecretRule::xai, random) + "\n";
  directory.write("a.md", text);
  directory.write("b.md", "nothing\n");
  const secrets::Tree tree{"/w", std::make_shared<const host::Dir>(directory.anchor()),
                           [](std::string_view) { return std::optional(Location::workspace); },
                           [](std::string_view) { return true; }, Location::workspace};
  secrets::TreeScan scan(::getuid());
  const auto pass = [&] {
    secrets::ScanBudget budget{.bytes = 1'000'000, .files = 100};
    secrets::Findings found;
    scan.begin({tree});
    EXPECT_TRUE(scan.step(budget, [] { return true; }, SystemTime{}, found));
    EXPECT_EQ(found[index_of(Location::workspace)].spots.size(), 1U);
    return 1'000'000 - budget.bytes;
  };
  EXPECT_EQ(pass(), text.size() + 8);
  EXPECT_EQ(pass(), 0U);
  directory.write("b.md", "else\n");
  EXPECT_EQ(pass(), 5U);
}

TEST_F(Secrets, ABigTreeIsSpreadOverRunsAndSaysSo) {
  for (int i = 0; i < 50; ++i) {
    write("workspace/src/file" + std::to_string(i) + ".txt", secret() + "\n");
  }
  collector_ = secrets::make_collector(nullptr, {.bytes = 1UL << 20U, .files = 20});
  run();
  EXPECT_EQ(found("instructions"), 0);
  EXPECT_EQ(found("workspace"), -1);
  EXPECT_EQ(complete(), 0);
  ASSERT_FALSE(batch_->unknowns().empty());
  EXPECT_EQ(batch_->unknowns()[0].reason, Errc::busy);
  for (int i = 0; i < 5 && complete() == 0; ++i) run_after(std::chrono::seconds(15));
  EXPECT_EQ(complete(), 1);
  EXPECT_EQ(found("workspace"), 50);
  EXPECT_TRUE(batch_->unknowns().empty());
}

// OpenClaw doubles the '-' of a profile in the names of its logs.
TEST_F(Secrets, LogsOfAProfileAreFoundByTheNameOpenClawGivesThem) {
  host_.write("/home/claw/.openclaw-my-work/openclaw.json", "{}", 0600);
  host_.write("/tmp/openclaw/openclaw-my--work-2026-11-22.log", secret() + "\n");
  run();
  std::map<std::string, double> found_by_home;
  for (const auto& [labels, value] : batch_->find(kFindings)->samples) {
    if (labels[1] == "logs") found_by_home[labels[0]] += value;
  }
  EXPECT_EQ(found_by_home["claw"], 0);
  EXPECT_EQ(found_by_home["claw/my-work"], 1);
}

TEST_F(Secrets, LogsAreReadOnWhereTheyStood) {
  write("logs/gateway.log", "a\n" + secret() + "\nb\n");
  host_.write("/tmp/openclaw/openclaw-2026-11-22.log", "{\"1\":\"" + secret() + "\"}\n");
  host_.write("/tmp/openclaw/other.log", secret() + "\n");
  run();
  EXPECT_EQ(found("logs"), 2);
  {
    std::filesystem::path log = real("logs/gateway.log");
    FILE* file = ::fopen(log.c_str(), "a");
    const std::string more = "c\n" + secret() + "\n" + secret();  // the last line is not complete
    ::fwrite(more.data(), 1, more.size(), file);
    ::fclose(file);
  }
  run_after(std::chrono::seconds(15));
  EXPECT_EQ(found("logs"), 3);
  EXPECT_EQ(batch_->findings()[1].line, 5U);
  std::filesystem::rename(real("logs/gateway.log"), real("logs/gateway.log.1"));
  run_after(std::chrono::seconds(15));
  EXPECT_EQ(found("logs"), 3) << "a rotated log keeps its findings";
  std::filesystem::remove(real("logs/gateway.log.1"));
  run_after(std::chrono::seconds(15));
  EXPECT_EQ(found("logs"), 1);
}

TEST_F(Secrets, SecretOnTheBorderOfPiecesIsFoundOnce) {
  const std::string key = secret(SecretRule::anthropic) + "\n";
  std::string text;
  while (text.size() < 3UL * 256 * 1024) text += std::string(1'500, '.') + "\n" + key;
  write("workspace/MEMORY.md", text);
  const auto lines = static_cast<double>(std::count(text.begin(), text.end(), '\n')) / 2;
  run();
  ASSERT_LT(lines, 1'000);
  EXPECT_EQ(found("memory"), lines);
  // One line without an end, the key in the middle of it.
  write("workspace/MEMORY.md",
        std::string(300'000, ' ') + key.substr(0, key.size() - 1) + std::string(300'000, ' '));
  run_after(std::chrono::seconds(15));
  EXPECT_EQ(found("memory"), 1);
}

TEST_F(Secrets, HostileFilesAreRefusedAndCounted) {
  host_.write("/etc/shadow", secret());
  std::filesystem::create_symlink(host_.real("/etc/shadow"), real("workspace/link.md"));
  std::filesystem::create_directory_symlink(host_.real("/etc"), real("workspace/dir"));
  ASSERT_EQ(::mkfifo(real("workspace/pipe").c_str(), 0600), 0);
  write("workspace/twice.md", secret());
  std::filesystem::create_hard_link(real("workspace/twice.md"), real("workspace/memory-copy.md"));
  write("workspace/huge.txt", "x");
  ASSERT_EQ(::truncate(real("workspace/huge.txt").c_str(), 1LL << 40), 0);
  std::string deep = "workspace";
  for (int i = 0; i < 40; ++i) deep += "/d";
  write(deep + "/x.txt", secret());
  write("workspace/evil\n\x1b[31mname.md", secret());
  run();
  EXPECT_EQ(found("workspace"), 1) << "only the file with the odd name";
  ASSERT_EQ(batch_->findings().size(), 1U);
  EXPECT_FALSE(batch_->findings()[0].file.contains('\x1b'));
  EXPECT_FALSE(batch_->findings()[0].file.contains('\n'));
  // Two hard links, the sparse file, what is too deep.
  EXPECT_EQ(test::value(*batch_, "clawvigil_secret_scan_skipped_files", {"claw", "workspace"}), 4);
}

TEST_F(Secrets, AWorkspaceOfSomebodyElseIsUnknown) {
  if (::getuid() != 0) GTEST_SKIP() << "SKIPPED: needs root to make a directory of another user";
  host_.write("/srv/foreign/MEMORY.md", secret());
  ASSERT_EQ(::chown(host_.real("/srv/foreign").c_str(), 4711, 4711), 0);
  std::filesystem::create_directory_symlink("/srv/foreign", host_.real("/srv/link"));
  write("openclaw.json", R"({"agents":{"defaults":{"workspace":"/srv/foreign"},)"
                         R"("entries":{"a":{"workspace":"/srv/link"}}}})");
  run();
  EXPECT_EQ(found("memory"), 0);
  ASSERT_EQ(batch_->unknowns().size(), 2U);
  for (const Unknown& unknown : batch_->unknowns()) {
    EXPECT_EQ(unknown.reason, Errc::unsafe) << unknown.detail;
    EXPECT_EQ(unknown.families[0], kFindings);
  }
}

TEST_F(Secrets, WithoutAnAccountThereIsNoShell) {
  host_.write("/etc/passwd", "other:x:4711:4711::/home/claw:/bin/bash\n");
  host_.write("/home/claw/.bashrc", secret());
  const std::vector<Home> homes = test::homes_of(host_.root(), {kState});
  const auto run = test::run_collector(*collector_, host_.root(), homes);
  ASSERT_TRUE(run.result);
  EXPECT_FALSE(run.text.contains("location=\"shell\""));
  EXPECT_TRUE(run.text.contains("location=\"memory\""));
  EXPECT_TRUE(run.unknowns.empty());
}

class FixedHistory final : public secrets::HistorySource {
 public:
  secrets::LocationFindings scan(const Context& /*context*/, const Home& /*home*/,
                                 const std::vector<Workspace>& workspaces) override {
    secrets::LocationFindings found;
    found.completed_at = SystemTime{};
    for (const auto& workspace : workspaces)
      found.add(workspace.path + "@4f2a", 7, SecretRule::npm);
    return found;
  }
  Result<> forget_others(const Context& /*context*/) override { return {}; }
};

TEST_F(Secrets, HistoryIsAPlaceOfItsOwn) {
  collector_ = secrets::make_collector(std::make_unique<FixedHistory>());
  run();
  EXPECT_EQ(found("git_history"), 1);
  EXPECT_EQ(test::value(*batch_, kFindings, {"claw", "git_history", "npm"}), 1);
}

TEST(SecretPlaces, BelongByTheirNames) {
  using secrets::place_in_workspace;
  EXPECT_EQ(place_in_workspace("SOUL.md"), Location::instructions);
  EXPECT_EQ(place_in_workspace("Agents.md"), Location::instructions);
  EXPECT_EQ(place_in_workspace("sub/SOUL.md"), Location::workspace);
  EXPECT_EQ(place_in_workspace("MEMORY.md"), Location::memory);
  EXPECT_EQ(place_in_workspace("memory/a/b.md"), Location::memory);
  EXPECT_EQ(place_in_workspace("memory.txt"), Location::workspace);
  EXPECT_EQ(place_in_workspace(".env"), Location::env_files);
  EXPECT_EQ(place_in_workspace("p/.env.local"), Location::env_files);
  EXPECT_EQ(place_in_workspace("p/prod.env"), Location::env_files);
  EXPECT_EQ(place_in_workspace(".environment"), Location::workspace);
  EXPECT_EQ(place_in_workspace("p/node_modules/x/a.js"), std::nullopt);
}

}  // namespace
}  // namespace clawvigil
