#include "exporter/host/journal.h"

#include <gtest/gtest.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "exporter/host/sandbox.h"
#include "tests/support/child_process.h"
#include "tests/support/journal_writer.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::host {
namespace {

using test::JournalFields;
using test::JournalWriter;
using test::sshd_entry;

class JournalTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_journal_writer())
      GTEST_SKIP() << "SKIPPED: systemd-journal-remote is not installed";
  }

  [[nodiscard]] Journal opened() const {
    auto journal = Journal::open_directory(writer_.directory());
    if (!journal) throw std::runtime_error(journal.error().message);
    return std::move(*journal);
  }

  test::TempDir directory_;
  JournalWriter writer_{directory_ / "journal"};
};

// The messages from here to the end.
std::vector<std::string> rest(Journal& journal) {
  std::vector<std::string> messages;
  while (true) {
    const auto more = journal.next();
    if (!more) {
      messages.push_back("error: " + more.error().message);
      return messages;
    }
    if (!*more) return messages;
    const auto message = journal.field("MESSAGE");
    messages.push_back(message ? std::string(message->value_or("(none)"))
                               : std::string(to_string(message.error().code)));
  }
}

using Messages = std::vector<std::string>;

TEST_F(JournalTest, ReadsFieldsTimeAndCursor) {
  writer_.write({sshd_entry("one"), sshd_entry("two\nlines")});
  Journal journal = opened();
  ASSERT_TRUE(journal.next().value());
  EXPECT_EQ(journal.field("MESSAGE").value(), "one");
  EXPECT_EQ(journal.field("_UID").value(), "0");
  EXPECT_EQ(journal.field("NO_SUCH_FIELD").value(), std::nullopt);
  EXPECT_EQ(journal.time().value(), writer_.last_time() - std::chrono::seconds(1));
  EXPECT_TRUE(journal.cursor().value().starts_with("s="));
  EXPECT_EQ(rest(journal), Messages{"two\nlines"});
}

TEST_F(JournalTest, GoesOnAfterACursorInANewProcess) {
  writer_.write({sshd_entry("one"), sshd_entry("two"), sshd_entry("three")});
  std::string cursor;
  {
    Journal journal = opened();
    ASSERT_TRUE(journal.next().value());
    ASSERT_TRUE(journal.next().value());
    cursor = journal.cursor().value();
  }
  Journal journal = opened();
  ASSERT_TRUE(journal.seek_after(cursor));
  EXPECT_EQ(rest(journal), Messages{"three"});
  EXPECT_EQ(rest(journal), Messages{});
  writer_.write({sshd_entry("four")});
  EXPECT_EQ(rest(journal), Messages{"four"});
}

TEST_F(JournalTest, AtTheVeryEndACursorWaitsForWhatComes) {
  writer_.write({sshd_entry("one")});
  Journal first = opened();
  ASSERT_TRUE(first.next().value());
  Journal journal = opened();
  ASSERT_TRUE(journal.seek_after(first.cursor().value()));
  EXPECT_EQ(rest(journal), Messages{});
  writer_.write({sshd_entry("two")});
  EXPECT_EQ(rest(journal), Messages{"two"});
}

TEST_F(JournalTest, ACursorWhoseEntryIsGoneContinuesWithTheNextOne) {
  writer_.write({sshd_entry("vacuumed")});
  Journal first = opened();
  ASSERT_TRUE(first.next().value());
  const std::string cursor = first.cursor().value();
  writer_.rotate();
  writer_.write({sshd_entry("kept")});
  for (const auto& entry : std::filesystem::directory_iterator(writer_.directory())) {
    if (entry.path().filename().string().contains('@')) std::filesystem::remove(entry.path());
  }
  Journal journal = opened();
  ASSERT_TRUE(journal.seek_after(cursor));
  EXPECT_EQ(rest(journal), Messages{"kept"});
}

TEST_F(JournalTest, RefusesWhatIsNoCursor) {
  writer_.write({sshd_entry("one")});
  for (const char* text : {"", "nonsense", "s=1;i=2", "=;=;="}) {
    Journal journal = opened();
    const auto sought = journal.seek_after(text);
    ASSERT_FALSE(sought) << text;
    EXPECT_EQ(sought.error().code, Errc::parse) << text;
  }
}

TEST_F(JournalTest, FromTheEndOnlyWhatComesLater) {
  writer_.write({sshd_entry("history")});
  Journal journal = opened();
  ASSERT_TRUE(journal.seek_end());
  EXPECT_EQ(rest(journal), Messages{});
  writer_.write({sshd_entry("news"), sshd_entry("more")});
  EXPECT_EQ(rest(journal), (Messages{"news", "more"}));
}

TEST_F(JournalTest, FromTheEndEvenIfNothingMatchedSoFar) {
  writer_.write({sshd_entry("of another program", "cron")});
  Journal journal = opened();
  ASSERT_TRUE(journal.match("SYSLOG_IDENTIFIER=sshd"));
  ASSERT_TRUE(journal.seek_end());
  EXPECT_EQ(rest(journal), Messages{});
  writer_.write({sshd_entry("first ever")});
  EXPECT_EQ(rest(journal), Messages{"first ever"});
}

TEST_F(JournalTest, SinceATimeIncludesIt) {
  writer_.write({sshd_entry("one"), sshd_entry("two"), sshd_entry("three")});
  Journal journal = opened();
  ASSERT_TRUE(journal.seek_since(writer_.last_time() - std::chrono::seconds(1)));
  EXPECT_EQ(rest(journal), (Messages{"two", "three"}));
}

TEST_F(JournalTest, FollowsRotationsWhileOpen) {
  writer_.write({sshd_entry("one")});
  Journal journal = opened();
  EXPECT_EQ(rest(journal), Messages{"one"});
  writer_.write({sshd_entry("two")});
  writer_.rotate();
  writer_.write({sshd_entry("three")});
  EXPECT_EQ(rest(journal), (Messages{"two", "three"}));
  for (int i = 0; i < 3; ++i) {
    writer_.rotate();
    writer_.write({sshd_entry("next")});
    EXPECT_EQ(rest(journal), Messages{"next"});
  }
}

TEST_F(JournalTest, FilesThatAppearAndGoAway) {
  writer_.write({sshd_entry("one")});
  Journal journal = opened();
  EXPECT_EQ(rest(journal), Messages{"one"});
  writer_.write({sshd_entry("of a user")}, "user-1000.journal");
  EXPECT_EQ(rest(journal), Messages{"of a user"});
  std::filesystem::remove(writer_.directory() + "/user-1000.journal");
  EXPECT_EQ(rest(journal), Messages{});
  writer_.write({sshd_entry("two")});
  EXPECT_EQ(rest(journal), Messages{"two"});
}

TEST_F(JournalTest, SaysSoWhenEveryFileIsGone) {
  writer_.write({sshd_entry("one")});
  Journal journal = opened();
  EXPECT_EQ(rest(journal), Messages{"one"});
  std::filesystem::remove(writer_.directory() + "/system.journal");
  EXPECT_TRUE(journal.next().has_value());  // notes that it is gone
  const auto more = journal.next();
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, Errc::busy);
}

TEST_F(JournalTest, MatchesSelect) {
  writer_.write({sshd_entry("a", "sshd"),
                 sshd_entry("b", "sshd-session"),
                 sshd_entry("c", "cron"),
                 {{"MESSAGE", "forged"}, {"SYSLOG_IDENTIFIER", "sshd"}, {"_UID", "1000"}}});
  Journal both = opened();
  ASSERT_TRUE(both.match("_UID=0"));
  ASSERT_TRUE(both.match("SYSLOG_IDENTIFIER=sshd"));
  ASSERT_TRUE(both.match("SYSLOG_IDENTIFIER=sshd-session"));
  EXPECT_EQ(rest(both), (Messages{"a", "b"}));
  Journal either = opened();
  ASSERT_TRUE(either.match("SYSLOG_IDENTIFIER=cron"));
  ASSERT_TRUE(either.match_or());
  ASSERT_TRUE(either.match("_UID=1000"));
  EXPECT_EQ(rest(either), (Messages{"c", "forged"}));
  EXPECT_FALSE(either.match("no equals sign"));
}

TEST_F(JournalTest, LongFieldsAreRefusedOneByOne) {
  const std::string longest(Journal::kMaxFieldBytes, 'x');
  writer_.write({sshd_entry(longest), sshd_entry(longest + "x"), sshd_entry("after")});
  Journal journal = opened();
  EXPECT_EQ(rest(journal), (Messages{longest, "too_large", "after"}));
}

// libsystemd unpacks a field whole, however small it is on disk.
TEST_F(JournalTest, EntriesOfAnySizeFromStrangersAreSkipped) {
  JournalFields root = {{"MESSAGE", "systemd says"}, {"_TRANSPORT", "journal"}, {"_UID", "0"}};
  JournalFields stranger = {
      {"MESSAGE", std::string(8UL << 20U, 'x')}, {"_TRANSPORT", "journal"}, {"_UID", "1000"}};
  writer_.write({stranger, root, stranger, sshd_entry("after")});
  Journal journal = opened();
  EXPECT_EQ(rest(journal), (Messages{"systemd says", "after"}));
}

TEST_F(JournalTest, MissingIsNotFound) {
  EXPECT_EQ(Journal::open_directory(directory_ / "nowhere").error().code, Errc::not_found);
  EXPECT_EQ(Journal::open_directory(writer_.directory()).error().code, Errc::not_found);
}

TEST_F(JournalTest, OnlyDamagedFilesIsParse) {
  std::ofstream(writer_.directory() + "/system.journal") << std::string(4096, 'x');
  const auto journal = Journal::open_directory(writer_.directory());
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().code, Errc::parse);
}

TEST_F(JournalTest, ADamagedFileDoesNotHideTheOthers) {
  writer_.write({sshd_entry("one")});
  writer_.rotate();
  writer_.write({sshd_entry("two")});
  for (const auto& entry : std::filesystem::directory_iterator(writer_.directory())) {
    if (!entry.path().filename().string().contains('@')) continue;
    // Everything behind the header, which says that it is healthy.
    constexpr std::size_t kHeader = 512;
    std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(kHeader);
    file << std::string(entry.file_size() - kHeader, '\xA5');
  }
  Journal journal = opened();
  EXPECT_EQ(rest(journal), Messages{"two"});
}

// Runs `body` as another user in a process of its own; `keep` leaves it CAP_DAC_READ_SEARCH.
int as_stranger(bool keep, const std::function<int()>& body) {
  return test::ChildProcess([&] {
           constexpr uid_t kNobody = 65'534;
           if (::prctl(PR_SET_KEEPCAPS, 1) != 0 || ::setgid(kNobody) != 0 ||
               ::setresuid(kNobody, kNobody, kNobody) != 0) {
             return 100;
           }
           if (!keep) return drop_capabilities() ? body() : 101;
           const cap_t only = ::cap_from_text("cap_dac_read_search=ep");
           const bool set = ::cap_set_proc(only) == 0;
           ::cap_free(only);
           return set ? body() : 102;
         })
      .wait();
}

TEST_F(JournalTest, TheCapabilityToReadSuffices) {
  if (::getuid() != 0) GTEST_SKIP() << "SKIPPED: needs root to become another user";
  writer_.write({sshd_entry("one")});
  ASSERT_EQ(::chmod((writer_.directory() + "/system.journal").c_str(), 0600), 0);
  const auto outcome = [&] {
    const auto journal = Journal::open_directory(writer_.directory());
    return journal ? 0 : static_cast<int>(journal.error().code) + 1;
  };
  EXPECT_EQ(as_stranger(true, outcome), 0);
  EXPECT_EQ(as_stranger(false, outcome), static_cast<int>(Errc::denied) + 1);
  ASSERT_EQ(::chmod(directory_.path().c_str(), 0755), 0);
  EXPECT_EQ(as_stranger(false, outcome), static_cast<int>(Errc::denied) + 1);
}

constexpr const char* kMachine = "0123456789abcdef0123456789abcdef";

TEST_F(JournalTest, FindsTheMachinesOwnJournalBelowARoot) {
  directory_.write("etc/machine-id", std::string(kMachine) + "\n");
  EXPECT_EQ(Journal::open(directory_.path()).error().code, Errc::not_found);
  JournalWriter memory(directory_ / ("run/log/journal/" + std::string(kMachine)));
  memory.write({sshd_entry("in memory")});
  JournalWriter container(directory_ / "var/log/journal/ffffffffffffffffffffffffffffffff");
  container.write({sshd_entry("of a container")});
  JournalWriter remote(directory_ / "var/log/journal/remote");
  remote.write({sshd_entry("of another machine")});

  auto journal = Journal::open(directory_.path());
  ASSERT_TRUE(journal) << journal.error().message;
  EXPECT_EQ(rest(*journal), Messages{"in memory"});

  // The owner switches persistent storage on.
  JournalWriter disk(directory_ / ("var/log/journal/" + std::string(kMachine)));
  disk.write({sshd_entry("on disk")});
  EXPECT_EQ(journal->next().error().code, Errc::busy);
  journal = Journal::open(directory_.path());
  ASSERT_TRUE(journal) << journal.error().message;
  EXPECT_EQ(rest(*journal), Messages{"on disk"});
}

}  // namespace
}  // namespace clawvigil::host
