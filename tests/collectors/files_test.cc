#include "collectors/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "collectors/file_survey.h"
#include "tests/support/build_paths.h"
#include "tests/support/host_fixture.h"

namespace clawvigil {
namespace {

using test::HostFixture;
using test::run_collector;

constexpr char kState[] = "/home/claw/.openclaw";

std::string listing(const std::string& name) {
  std::ifstream file(std::string(CLAWVIGIL_SOURCE_DIR) + "/tests/collectors/files/" + name +
                     "/state.ls");
  return {std::istreambuf_iterator<char>(file), {}};
}

// A machine with one home like the real one in the listing.
class Files : public ::testing::Test {
 protected:
  void lay_out(const std::string& name) {
    const std::string text = listing(name);
    ASSERT_FALSE(text.empty()) << name;
    host_.replay_listing(kState, text);
    host_.write("/etc/passwd", "claw:x:1000:1000::/home/claw:/bin/sh\n");
  }
  void chmod(const std::string& path, mode_t mode) {
    ASSERT_EQ(::chmod(host_.real(std::string(kState) + "/" + path).c_str(), mode), 0) << path;
  }
  std::string state(const std::string& path) {
    return host_.real(std::string(kState) + "/" + path);
  }
  // Lines of one family, without the prefix and the label `home`: "config 0\n…".
  std::string family(const std::string& name) {
    const auto collector = make_files_collector();
    const auto run = run_collector(*collector, host_.root(), test::homes_of(host_.root()));
    EXPECT_TRUE(run.result) << run.result.error().message;
    unknowns_ = run.unknowns;
    const std::string prefix = "clawvigil_" + name + "{home=\"claw\"";
    std::istringstream lines(run.text);
    std::string out;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with(prefix)) continue;
      const std::size_t quote = line.find("=\"", prefix.size());
      const std::size_t end = line.find("\"}");
      out += quote == std::string::npos ? "" : line.substr(quote + 2, end - quote - 2);
      out += line.substr(line.rfind(' ')) + "\n";
    }
    return out;
  }
  std::string unsafe_objects() {
    std::istringstream lines(family("file_mode_unsafe"));
    std::string out;
    for (std::string line; std::getline(lines, line);) {
      if (line.ends_with(" 1")) out += line.substr(0, line.size() - 2) + " ";
    }
    return out;
  }

  HostFixture host_;
  std::vector<Unknown> unknowns_;
};

TEST_F(Files, NothingIsUnsafeAsOpenClawItselfWritesIt) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"2026.3.13",
       "auth_profiles 0\nconfig 0\ncredentials 0\nlogs 0\nsecrets 0\nsessions "
       "0\nstate_dir 0\n"},
      {"2026.3.13-running",
       "auth_profiles 0\nconfig 0\nlogs 0\nsecrets 0\nsessions 0\nstate_dir 0\n"},
      {"2026.4.26",
       "auth_profiles 0\nbackups 0\nconfig 0\ncredentials 0\nlogs 0\nsecrets "
       "0\nsessions 0\nstate_dir 0\n"},
      {"2026.9.6", "auth_profiles 0\nbackups 0\nconfig 0\nsecrets 0\nstate_db 0\nstate_dir 0\n"},
      {"2026.9.6-running",
       "auth_profiles 0\nbackups 0\nconfig 0\nsecrets 0\nstate_db 0\nstate_dir 0\n"}};
  for (const auto& [name, expected] : cases) {
    std::filesystem::remove_all(host_.real("/home"));
    lay_out(name);
    EXPECT_EQ(family("file_mode_unsafe"), expected) << name;
    EXPECT_EQ(family("files_unsafe"), expected) << name;
    EXPECT_EQ(family("config_inside_git_repo"), " 0\n") << name;
    EXPECT_TRUE(unknowns_.empty()) << name;
  }
}

TEST_F(Files, EveryObjectIsUnsafeByOneBitOfOthers) {
  lay_out("2026.9.6");
  host_.write(std::string(kState) + "/.env", "", 0600);
  host_.write(std::string(kState) + "/secrets.json", "", 0600);
  host_.write(std::string(kState) + "/identity/device.json", "", 0600);
  host_.write(std::string(kState) + "/credentials/telegram-pairing.json", "", 0600);
  chmod("credentials", 0700);
  EXPECT_EQ(unsafe_objects(), "");
  const std::vector<std::tuple<std::string, mode_t, std::string>> cases = {
      {".", 0710, "state_dir "},
      {".", 0755, "state_dir "},
      {"openclaw.json", 0640, "config "},
      {"openclaw.json", 0602, "config "},
      {"openclaw.json.bak.2", 0644, "backups "},
      {"openclaw.json.last-good", 0640, "backups "},
      {".env", 0604, "env "},
      {"secrets.json", 0660, "secrets "},
      {"config-journal-fingerprint.key", 0644, "secrets "},
      {"identity/device.json", 0644, "secrets "},
      {"credentials", 0750, "credentials "},
      {"credentials/telegram-pairing.json", 0644, "credentials "},
      {"state/openclaw.sqlite", 0644, "state_db "},
      {"agents/main/agent/openclaw-agent.sqlite", 0640, "auth_profiles "}};
  for (const auto& [path, mode, expected] : cases) {
    struct ::stat before{};
    ASSERT_EQ(::stat(state(path).c_str(), &before), 0) << path;
    chmod(path, mode);
    EXPECT_EQ(unsafe_objects(), expected) << path;
    chmod(path, before.st_mode & 07777);
  }
  EXPECT_EQ(unsafe_objects(), "");
}

// 0644 transcripts in 0755 directories are OpenClaw's own doing; the state directory protects them.
TEST_F(Files, TranscriptsAreUnsafeOnlyIfEveryDirectoryAboveLetsOthersThrough) {
  lay_out("2026.3.13");
  chmod(".", 0755);
  EXPECT_EQ(unsafe_objects(), "sessions state_dir ");  // logs/ is 0700
  chmod("agents", 0700);
  EXPECT_EQ(unsafe_objects(), "state_dir ");
  chmod("agents", 0711);
  chmod("agents/main/sessions", 0700);
  EXPECT_EQ(unsafe_objects(), "state_dir ");
  chmod("logs", 0755);
  chmod("logs/config-audit.jsonl", 0640);
  EXPECT_EQ(unsafe_objects(), "logs state_dir ");
  chmod(".", 0700);
  EXPECT_EQ(unsafe_objects(), "");
}

// WhatsApp's library writes its keys 0644; OpenClaw closes creds.json and credentials/.
TEST_F(Files, ALoginsOwnFilesArePrivateBelowAClosedDirectory) {
  lay_out("2026.9.6");
  const std::string login = std::string(kState) + "/credentials/whatsapp/default/";
  host_.write(login + "creds.json", "", 0600);
  host_.write(login + "pre-key-1.json", "", 0644);
  chmod("credentials", 0700);
  EXPECT_EQ(unsafe_objects(), "");
  chmod("credentials/whatsapp/default/creds.json", 0644);
  EXPECT_EQ(unsafe_objects(), "credentials ");
  chmod("credentials/whatsapp/default/creds.json", 0600);
  chmod("credentials", 0755);
  chmod(".", 0755);
  EXPECT_EQ(family("files_unsafe"),
            "auth_profiles 0\nbackups 0\nconfig 0\ncredentials 2\nsecrets 0\nstate_db 0\nstate_dir "
            "1\n");
}

TEST_F(Files, CountsWhatIsUnsafe) {
  lay_out("2026.9.6");
  for (const char* name : {"openclaw.json.bak", "openclaw.json.bak.1", "openclaw.json.bak.2"}) {
    chmod(name, 0666);
  }
  EXPECT_EQ(family("files_unsafe"),
            "auth_profiles 0\nbackups 3\nconfig 0\nsecrets 0\nstate_db 0\nstate_dir 0\n");
}

TEST_F(Files, AForeignOwnerIsUnsafe) {
  if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: needs root to give a file away";
  lay_out("2026.9.6");
  ASSERT_EQ(::chown(state("openclaw.json").c_str(), 1234, 1234), 0);
  EXPECT_EQ(unsafe_objects(), "config ");
}

TEST_F(Files, ReportsChangesAndSizesOfWhatSteersTheAgent) {
  lay_out("2026.3.13");
  host_.write(std::string(kState) + "/workspace/SOUL.md", "be kind");
  host_.write(std::string(kState) + "/workspace/MEMORY.md", "");
  EXPECT_EQ(family("bootstrap_file_bytes"),
            "AGENTS 0\nHEARTBEAT 0\nIDENTITY 0\nMEMORY 0\nSOUL 7\nTOOLS 0\nUSER 0\n");
  const std::string before = family("config_changed_timestamp_seconds");
  EXPECT_FALSE(before.empty());
  // Setting the modification time back does not hide a change.
  std::filesystem::last_write_time(state("openclaw.json"), std::filesystem::file_time_type());
  EXPECT_NE(family("config_changed_timestamp_seconds"), before);
  std::filesystem::remove(state("workspace/SOUL.md"));
  EXPECT_EQ(family("bootstrap_file_bytes"),
            "AGENTS 0\nHEARTBEAT 0\nIDENTITY 0\nMEMORY 0\nTOOLS 0\nUSER 0\n");
}

TEST_F(Files, FindsAGitRepositoryAroundTheConfiguration) {
  lay_out("2026.9.6");
  for (const std::string place : {"/home/claw/.openclaw/.git", "/home/claw/.git"}) {
    EXPECT_EQ(family("config_inside_git_repo"), " 0\n");
    host_.mkdir(place);
    EXPECT_EQ(family("config_inside_git_repo"), " 1\n") << place;
    std::filesystem::remove(host_.real(place));
  }
  host_.write("/home/claw/.git", "gitdir: /elsewhere\n");  // a worktree
  EXPECT_EQ(family("config_inside_git_repo"), " 1\n");
  // The agent's own workspace is a repository by design.
  std::filesystem::remove(host_.real("/home/claw/.git"));
  host_.mkdir(std::string(kState) + "/workspace/.git");
  EXPECT_EQ(family("config_inside_git_repo"), " 0\n");
}

TEST(IsDatabaseName, LeavesOutLocksAndScratchFiles) {
  for (const char* name : {"openclaw.sqlite", "openclaw.sqlite-wal", "openclaw.sqlite-shm",
                           "openclaw-agent.sqlite", "x.sqlite-journal"}) {
    EXPECT_TRUE(is_database_name(name)) << name;
  }
  for (const char* name :
       {"openclaw-agent.sqlite.generation-lock.sqlite", "openclaw-agent.sqlite.reindex-lock.sqlite",
        "openclaw-agent.sqlite.memory-reindex-2a2b330d-wal", ".sqlite", "x.sqlite.bak", "sqlite"}) {
    EXPECT_FALSE(is_database_name(name)) << name;
  }
}

}  // namespace
}  // namespace clawvigil
