// Generated sudoers files, judged by the real sudo: `sudo -l -U claw COMMAND` says what is allowed,
// `sudo -n COMMAND` as claw whether a password is asked for, visudo whether the file is valid.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "collectors/parse/sudo_rights.h"
#include "tests/support/program.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::parse::sudoers {

namespace {

// The last one stands in no rule: it is allowed where all commands are.
constexpr std::size_t kCommands = 5;

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string file() {
    std::string text = "Defaults env_reset, !lecture\nDefaults:root,%ops env_keep += \"A B\"\n";
    if (one_of(5)) text += "Defaults !authenticate\n";
    if (one_of(6)) text += "Defaults:claw,%bad authenticate\n";
    if (one_of(6)) text += "Defaults@box !authenticate\n";
    text += "User_Alias UA = " + users(false) + " : UB = " + users(false) + "\n";
    text += "Host_Alias HA = " + hosts(false) + "\n";
    text += "Runas_Alias RA = " + runas(false) + "\n";
    text += "Cmnd_Alias CA = " + commands(false, false) + " : \\\n CB = " + commands(false, false) +
            "\n";
    for (unsigned i = 0; i < 1 + random_() % 4; ++i) text += spec() + "\n";
    return text;
  }

 private:
  bool one_of(unsigned count) { return random_() % count == 0; }
  template <std::size_t N>
  std::string pick(const std::array<std::string_view, N>& from) {
    return std::string(from[random_() % N]);
  }
  template <std::size_t N>
  std::string list(const std::array<std::string_view, N>& from) {
    std::string out;
    for (unsigned i = 0; i < 1 + random_() % 3; ++i) {
      if (i > 0) out += one_of(2) ? "," : " , ";
      out += (one_of(5) ? "!" : "") + pick(from);
    }
    return out;
  }
  std::string users(bool aliases) {
    constexpr std::array<std::string_view, 9> kUsers{"claw", "#20001", "%ops",     "%#20002", "ALL",
                                                     "bob",  "%claw",  "\"claw\"", "%bad"};
    constexpr std::array<std::string_view, 4> kAliases{"UA", "UB", "claw", "ALL"};
    return aliases && one_of(3) ? list(kAliases) : list(kUsers);
  }
  std::string hosts(bool aliases) {
    constexpr std::array<std::string_view, 6> kHosts{"ALL", "box", "other", "b?x", "BOX", "ALL"};
    return aliases && one_of(4) ? "HA" : list(kHosts);
  }
  std::string runas(bool aliases) {
    constexpr std::array<std::string_view, 6> kUsers{"root", "ALL", "#0", "daemon", "ALL", "root"};
    return aliases && one_of(4) ? "RA" : list(kUsers);
  }
  std::string commands(bool aliases, bool tags) {
    constexpr std::array<std::string_view, 6> kSome{"/usr/bin/true",  "/usr/bin/id", "/usr/bin/env",
                                                    "/usr/bin/uname", "ALL",         "/usr/bin/id"};
    constexpr std::array<std::string_view, 4> kTags{
        "NOPASSWD: ", "PASSWD:", "SETENV:NOPASSWD:", "NOEXEC: "};
    std::string out;
    for (unsigned i = 0; i < 1 + random_() % 4; ++i) {
      if (i > 0) out += one_of(4) ? ", \\\n\t" : ", ";
      if (tags && one_of(3)) out += "(" + runas(true) + (one_of(3) ? ":ALL) " : ")");
      if (tags && one_of(3)) out += pick(kTags);
      if (one_of(6)) out += "!";
      out += aliases && one_of(4) ? (one_of(2) ? "CA" : "CB") : pick(kSome);
    }
    return out;
  }
  std::string spec() {
    std::string out = users(true) + (one_of(2) ? "\t" : " ");
    for (unsigned i = 0; i < 1 + random_() % 2; ++i) {
      if (i > 0) out += " : ";
      out += hosts(true) + (one_of(2) ? "=" : " = ") + commands(true, true);
    }
    return out + (one_of(4) ? " # comment \\" : "");
  }

  std::mt19937 random_;
};

// Runs in a mount namespace and a UTS namespace of its own; answers one line per file:
//   <visudo's exit code> <allowed><free> … per command, 1 or 0
constexpr std::string_view kScript = R"sh(
set -eu
hostname box
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/group" /etc/group
mount --bind "$1/shadow" /etc/shadow
mount --bind "$1/hosts" /etc/hosts
mount --bind "$1/current" /etc/sudoers
mount -t tmpfs none /run/sudo 2>/dev/null || true
for file in "$1"/sudoers.*; do
  cat "$file" >"$1/current"
  valid=0; visudo -c -q -f "$file" >/dev/null 2>&1 || valid=$?
  line=$valid
  for command in /usr/bin/true /usr/bin/id /usr/bin/env /usr/bin/uname /usr/bin/nproc; do
    allowed=0; free=0
    if sudo -l -U claw "$command" >/dev/null 2>&1; then
      allowed=1
      if setpriv --reuid=20001 --regid=20001 --groups=20001,20002 \
        sudo -n "$command" >/dev/null 2>&1; then free=1; fi
    fi
    line="$line $allowed$free"
  done
  echo "$(basename "$file") $line"
done
)sh";

using test::read_all;

void write(const std::filesystem::path& path, std::string_view text, int mode) {
  std::ofstream(path) << text;
  std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
}

class SudoersDifferential : public ::testing::Test {
 protected:
  void prepare(unsigned files) {
    const std::filesystem::path base(directory_.path());
    write(base / "passwd",
          read_all("/etc/passwd") +
              "claw:x:20001:20001::/tmp:/bin/sh\nbob:x:20009:20009::/:/bin/sh\n",
          0644);
    write(base / "group",
          read_all("/etc/group") + "claw:x:20001:\nops:x:20002:claw\nbad:x:20003:bob\n", 0644);
    write(base / "shadow", read_all("/etc/shadow") + "claw:!:20000:0:99999:7:::\n", 0640);
    write(base / "hosts", "127.0.0.1 localhost\n127.0.1.1 box.example.org box\n", 0644);
    write(base / "current", "", 0440);
    for (unsigned i = 0; i < files; ++i) {
      write(base / ("sudoers." + std::to_string(i)), Generator(i).file(), 0440);
    }
    write(base / "judge.sh", kScript, 0644);
  }
  [[nodiscard]] std::string judge() const {
    const std::string log = directory_ / "answers";
    auto child = test::start_program(
        {"unshare", "--mount", "--uts", "sh", directory_ / "judge.sh", directory_.path()}, log);
    EXPECT_EQ(child->wait(), 0) << read_all(log);
    return read_all(log);
  }
  test::TempDir directory_{0755};
};

TEST_F(SudoersDifferential, AgreesWithSudo) {
  if (::geteuid() != 0 || !test::has_program("sudo") || !test::has_program("unshare")) {
    GTEST_SKIP() << "SKIPPED: needs root, sudo and unshare";
  }
  const char* const wanted = std::getenv("CLAWVIGIL_SUDOERS_FILES");
  const unsigned files = wanted == nullptr ? 40 : static_cast<unsigned>(std::stoul(wanted));
  prepare(files);
  std::istringstream answers(judge());
  const Subject claw{.name = "claw",
                     .uid = 20001,
                     .groups = {"claw", "ops"},
                     .gids = {20001, 20002},
                     .host = "box"};
  unsigned seen = 0;
  unsigned privileged = 0;
  std::string name;
  int valid = 0;
  while (answers >> name >> valid) {
    ++seen;
    std::array<std::string, kCommands> verdicts;
    for (std::string& verdict : verdicts) answers >> verdict;
    const std::string text = read_all(directory_ / name);
    const File file = parse_file(text);
    EXPECT_EQ(file.problems.empty(), valid == 0) << text;
    const SudoRights rights = rights_of(claw, file.entries);
    bool any = false;
    bool any_free = false;
    for (const std::string& verdict : verdicts) {
      any = any || verdict[0] == '1';
      any_free = any_free || verdict[1] == '1';
    }
    EXPECT_EQ(rights.all, verdicts.back()[0] == '1') << text << name;
    EXPECT_EQ(rights.all_without_password, verdicts.back()[1] == '1') << text << name;
    EXPECT_EQ(rights.all || rights.some, any) << text << name;
    EXPECT_EQ(rights.all_without_password || rights.some_without_password, any_free)
        << text << name;
    privileged += any ? 1 : 0;
  }
  EXPECT_EQ(seen, files);
  EXPECT_GT(privileged, files / 5);
  EXPECT_LT(privileged, files - files / 5);
}

}  // namespace

}  // namespace clawvigil::parse::sudoers
