// What the owner sees and says of backups: the part of the page, and `clawvigil backup-tested`.
#include <gmock/gmock.h>

#include <sstream>

#include "collectors/retention.h"
#include "exporter/cli/commands.h"
#include "exporter/store/restore_tests.h"
#include "exporter/web/page.h"
#include "tests/support/backup_fixture.h"

namespace clawvigil::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class BackupsPage : public BackupFixture {
 protected:
  std::string page() {
    Hub hub({&kBackupsInfo, &kRetentionInfo});
    const Instant now = harness_.clock.now();
    const auto retention = make_retention_collector();
    const auto publish = [&](const CollectorInfo& info, Batch batch) {
      hub.publish_success(info, std::make_shared<const Batch>(std::move(batch)), now, Duration(1));
    };
    publish(kBackupsInfo, run());
    publish(kRetentionInfo, harness_.run(*retention));
    const auto snapshot = hub.snapshot(now);
    web::Html html;
    web::page::backups_and_retention(html, web::View(*snapshot, ""));
    return html.take();
  }
};

TEST_F(BackupsPage, NothingToSayIsNoSection) { EXPECT_EQ(page(), ""); }

TEST_F(BackupsPage, NoBackupIsSaid) {
  harness_.add_home();
  EXPECT_THAT(page(), HasSubstr("No backup is known"));
}

TEST_F(BackupsPage, EachBackupWithWhatIsKnownOfIt) {
  harness_.add_home();
  write("a/1.7z", "7z\xbc\xaf\x27\x1c" + std::string(1494, 'x'), kDay);
  add_files("a/*.7z").name = "nightly";
  add_files("b/*").name = "gone";
  write("claw/agents/main/sessions/a.jsonl", std::string(2500, 'x'), 40 * kDay);
  const std::string text = page();
  EXPECT_THAT(text, HasSubstr("nightly"));
  EXPECT_THAT(text, HasSubstr("2026-11-21 00:00 UTC"));
  EXPECT_THAT(text, HasSubstr("1.5 kB"));
  EXPECT_THAT(text, HasSubstr("None there"));
  EXPECT_THAT(text, HasSubstr("Unknown"));  // whether it is encrypted
  EXPECT_THAT(text, HasSubstr("never"));
  EXPECT_THAT(text, Not(HasSubstr("No backup is known")));
  EXPECT_THAT(text, HasSubstr("2026-10-13"));
  EXPECT_THAT(text, HasSubstr("2.5 kB"));
}

class BackupTested : public BackupFixture {
 protected:
  void SetUp() override {
    const SystemTime now = harness_.clock.now().wall;
    ASSERT_TRUE(store::Store::open(state(), now).persistent());
    harness_.directory().write("cv.yml",
                               "storage: {path: " + state() +
                                   "}\nbackups: {sources: [{name: nightly, files: /nas/*.age}]}\n");
    arguments_.config_file = harness_.directory() / "cv.yml";
  }
  [[nodiscard]] std::string state() const { return harness_.directory() / "daemon"; }
  int run_command() {
    out_.str("");
    err_.str("");
    return cli::backup_tested({arguments_, {}, harness_.clock, out_, err_});
  }

  cli::Arguments arguments_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(BackupTested, IsNotedAndListed) {
  arguments_.given.word = "nightly";
  arguments_.given.date = "2026-11-20";
  arguments_.given.comment = "to a \x1b[31m VM";
  ASSERT_EQ(run_command(), cli::kSuccess) << err_.str();
  auto store = store::Store::open(state(), harness_.clock.now().wall);
  const auto tests = store::restore_tests(store);
  ASSERT_TRUE(tests);
  ASSERT_EQ(tests->size(), 1U);
  EXPECT_EQ(tests->front().backup, "nightly");
  EXPECT_EQ(tests->front().tested, harness_.clock.now().wall - 2 * kDay);
  EXPECT_THAT(tests->front().comment, Not(HasSubstr("\x1b")));
  arguments_.given = {};
  arguments_.given.list = true;
  ASSERT_EQ(run_command(), cli::kSuccess);
  EXPECT_THAT(out_.str(), HasSubstr("nightly"));
}

TEST_F(BackupTested, SaysWhatIsWrong) {
  EXPECT_EQ(run_command(), cli::kWrongUsage);
  EXPECT_THAT(err_.str(), HasSubstr("needs the NAME"));
  arguments_.given.word = "nihgtly";
  EXPECT_EQ(run_command(), cli::kWrongUsage);
  EXPECT_THAT(err_.str(), HasSubstr("did you mean nightly?"));
  arguments_.given.word = "nightly";
  for (const char* date : {"2026-11-23", "yesterday", "2026-02-30"}) {
    arguments_.given.date = date;
    EXPECT_EQ(run_command(), cli::kWrongUsage) << date;
  }
}

}  // namespace
}  // namespace clawvigil::test
