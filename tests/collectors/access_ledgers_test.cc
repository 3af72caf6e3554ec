// The ledgers as OpenClaw 2026.9.6 writes them (the columns that are read, with its own DDL's types
// and keys), and what happens to them over months.
#include "collectors/access/ledgers.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "collectors/access_families.h"
#include "tests/support/collector_harness.h"
#include "tests/support/sqlite_writer.h"

namespace clawvigil {

namespace {

using namespace access_families;
using test::WritingConnection;

class AccessLedgersTest : public ::testing::Test {
 protected:
  AccessLedgersTest() {
    harness_.add_home();
    std::filesystem::create_directories(state());
  }
  [[nodiscard]] std::filesystem::path state() const { return harness_.home_path() / "state"; }
  [[nodiscard]] std::filesystem::path file() const { return state() / "openclaw.sqlite"; }

  void create() { write(test::read_all(test::fixture("collectors/access/2026.9.6/ledgers.sql"))); }
  void write(std::string_view sql) { WritingConnection(file()).execute(std::string(sql)); }
  [[nodiscard]] std::int64_t ms(int seconds = 0) const {
    const auto time = harness_.clock.now().wall + std::chrono::seconds(seconds);
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  }

  void approval(const std::string& id, const std::string& status, const std::string& reason,
                const std::string& kind = "exec") {
    write("INSERT OR REPLACE INTO operator_approvals VALUES ('" + id + "','" + kind + "','" +
          status + "'," + (reason.empty() ? "NULL,NULL" : "'" + reason + "'," + at()) + ")");
  }
  void tool(const std::string& id, const std::string& code) {
    write("INSERT INTO audit_events(event_id, occurred_at, kind, error_code) VALUES ('" + id +
          "'," + at() + ",'tool_action','" + code + "')");
  }
  void config(int sequence, const std::string& event) {
    write("INSERT INTO diagnostic_events VALUES ('config-audit','" + std::to_string(sequence) +
          ":" + event + R"(','{"ts":"x","event":")" + event + R"(","argv":[]}',)" + at() + "," +
          std::to_string(sequence) + ")");
  }
  void boot(const std::string& id, std::int64_t pid, const std::string& reason = "NULL") {
    write("INSERT INTO gateway_boot_lifecycle VALUES ('" + id + "'," + std::to_string(pid) + "," +
          at() + ",NULL,NULL," + reason + ",NULL)");
  }
  void stop(const std::string& id) {
    write("UPDATE gateway_boot_lifecycle SET completed_at_ms = " + at() +
          ", outcome = 'clean_stop' WHERE boot_id = '" + id + "'");
  }

  // One look, ten seconds after the last, by a daemon that was restarted if `restart`.
  void look(bool restart = false) {
    harness_.clock.advance(std::chrono::seconds(10));
    if (restart) {
      reader_ = AccessLedgers();
      harness_.restart_store();
      ledger_.reset();
    }
    harness_.with_context([this](const Context& context) {
      if (!ledger_) ledger_ = *EventLedger::open(context.store, "access");
      const auto hash = store::KeyedHash::open(context.store);
      ASSERT_TRUE(hash);
      out_ = Batch();
      reader_.read(context, context.homes.front(), *ledger_, *hash, out_);
      ASSERT_TRUE(ledger_->commit(context.store));
    });
  }
  [[nodiscard]] double approvals(std::string_view decision) const {
    return ledger_->total(kApprovals, "claw", decision);
  }
  [[nodiscard]] double denials(std::string_view reason) const {
    return ledger_->total(kExecDenials, "claw", reason);
  }
  [[nodiscard]] double total(const Metric<1>& metric) const {
    return ledger_->total(metric, "claw");
  }
  [[nodiscard]] std::vector<Errc> unknown_of(std::string_view family) const {
    std::vector<Errc> reasons;
    for (const Unknown& unknown : out_.unknowns()) {
      if (std::ranges::find(unknown.families, family) != unknown.families.end()) {
        reasons.push_back(unknown.reason);
      }
    }
    return reasons;
  }
  [[nodiscard]] std::string at() const { return std::to_string(ms()); }

  test::CollectorHarness harness_;
  AccessLedgers reader_;
  std::optional<EventLedger> ledger_;
  Batch out_;
};

TEST_F(AccessLedgersTest, HistoryIsNotCounted) {
  create();
  approval("a", "denied", "user");
  tool("t", "tool_blocked");
  config(1, "config.external");
  boot("b1", 1 << 29);
  boot("b2", (1 << 29) + 1);
  look();
  EXPECT_EQ(approvals("denied"), 0);
  for (const auto& metric : {kToolBlocks, kExternalChanges, kStarts, kUncleanStops}) {
    EXPECT_EQ(total(metric), 0) << metric.name();
    Batch out;
    ledger_->export_to(metric, out);
    EXPECT_TRUE(test::has(out, metric.name(), {"claw"})) << metric.name();
  }
  EXPECT_TRUE(out_.unknowns().empty());
  EXPECT_TRUE(reader_.coverage(harness_.home()).approvals);
  EXPECT_TRUE(reader_.coverage(harness_.home()).tool_blocks);
}

TEST_F(AccessLedgersTest, ApprovalsAreCountedWhenTheyEnd) {
  create();
  look();
  approval("a", "pending", "");
  approval("b", "allowed", "user");
  approval("c", "denied", "no-route");
  approval("d", "denied", "user", "plugin");
  look();
  EXPECT_EQ(approvals("allowed") + approvals("denied") + approvals("unanswered"), 3);
  EXPECT_EQ(denials("unattended"), 1);
  EXPECT_EQ(denials("approval"), 0);  // a plugin's request is no command
  approval("a", "expired", "timeout");
  approval("e", "cancelled", "gateway-restart");
  look(true);
  EXPECT_EQ(approvals("expired"), 1);
  EXPECT_EQ(approvals("cancelled"), 1);
  EXPECT_EQ(denials("approval"), 1);
  for (int i = 0; i < 3; ++i) look(i == 1);
  EXPECT_EQ(approvals("allowed"), 1);
  write("DELETE FROM operator_approvals");
  harness_.clock.advance(std::chrono::hours(30 * 24));
  approval("f", "denied", "user");
  look();
  EXPECT_EQ(approvals("denied"), 2);
}

TEST_F(AccessLedgersTest, AnApprovalOfASetBackClockIsCounted) {
  create();
  approval("future", "denied", "user");
  look();
  harness_.clock.advance(-std::chrono::hours(6));
  approval("now", "allowed", "user");
  look();
  EXPECT_EQ(approvals("allowed"), 1);
  EXPECT_EQ(approvals("denied"), 0);
}

TEST_F(AccessLedgersTest, NumberedRowsAreCountedOnce) {
  create();
  tool("t0", "tool_failed");
  config(1, "config.write");
  look();
  tool("t1", "tool_blocked");
  tool("t2", "tool_failed");
  config(2, "config.external");
  config(3, "config.write");
  look();
  look(true);
  EXPECT_EQ(total(kToolBlocks), 1);
  EXPECT_EQ(total(kExternalChanges), 1);
  // Pruned up to the newest: the next number is higher still.
  write("DELETE FROM audit_events; DELETE FROM diagnostic_events");
  look();
  tool("t3", "tool_blocked");
  config(1, "config.external");  // numbered anew, from the rows that are there
  look();
  EXPECT_EQ(total(kToolBlocks), 2);
  EXPECT_EQ(total(kExternalChanges), 2);
  // What OpenClaw takes over from an older file stands before everything else.
  config(-9007, "config.external");
  look();
  EXPECT_EQ(total(kExternalChanges), 2);
}

TEST_F(AccessLedgersTest, ATextThatLooksLikeAnEventIsNone) {
  create();
  look();
  write(R"sql(INSERT INTO diagnostic_events VALUES ('config-audit', 'k',
    '{"event":"config.write","argv":["\"event\":\"config.external\""]}', 1, 1))sql");
  write(R"sql(INSERT INTO diagnostic_events VALUES ('other', 'k',
    '{"event":"config.external"}', 1, 1))sql");
  look();
  EXPECT_EQ(total(kExternalChanges), 0);
}

TEST_F(AccessLedgersTest, AReplacedDatabaseIsReadOnByTime) {
  create();
  look();
  for (int i = 0; i < 5; ++i) tool("old" + std::to_string(i), "tool_blocked");
  const auto backup = state() / "backup";
  std::filesystem::copy_file(file(), backup);
  look();
  harness_.clock.advance(std::chrono::hours(1));
  tool("later", "tool_blocked");
  approval("x", "allowed", "user");
  look();
  EXPECT_EQ(total(kToolBlocks), 6);
  std::filesystem::rename(backup, file());
  look();
  EXPECT_EQ(total(kToolBlocks), 6);
  for (int i = 0; i < 3; ++i) tool("new" + std::to_string(i), "tool_blocked");
  look(true);
  EXPECT_EQ(total(kToolBlocks), 9);
  EXPECT_EQ(approvals("allowed"), 1);
}

TEST_F(AccessLedgersTest, StartsAndStops) {
  const std::int64_t nobody = 1 << 29;  // beyond every pid
  create();
  boot("first", nobody);
  stop("first");
  look();
  boot("clean", nobody);
  look();
  stop("clean");
  look();
  EXPECT_EQ(total(kStarts), 1);
  EXPECT_EQ(total(kUncleanStops), 0);
  boot("crashes", nobody + 1);
  look();
  boot("next", nobody + 2);
  look(true);
  look();
  EXPECT_EQ(total(kStarts), 3);
  EXPECT_EQ(total(kUncleanStops), 1);
  stop("next");
  boot("goes on", nobody + 2, "'gateway.crash_loop_recovered'");
  look();
  EXPECT_EQ(total(kStarts), 3);
  EXPECT_EQ(total(kUncleanStops), 1);
}

// A process of the name a gateway gives itself.
class FakeGateway {
 public:
  FakeGateway() : pid_(::fork()) {
    if (pid_ == 0) {
      ::prctl(PR_SET_NAME, "openclaw-gateway");
      while (true) ::pause();
    }
    const std::string comm = "/proc/" + std::to_string(pid_) + "/comm";
    std::string name;
    while (name != "openclaw-gatewa") std::getline(std::ifstream(comm), name);
  }
  FakeGateway(const FakeGateway&) = delete;
  FakeGateway& operator=(const FakeGateway&) = delete;
  ~FakeGateway() { kill(); }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  [[nodiscard]] std::int64_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

TEST_F(AccessLedgersTest, ACrashIsSeenBeforeTheNextStartDeletesItsRow) {
  create();
  FakeGateway gateway;
  boot("long", gateway.pid());
  look();
  look(true);
  gateway.kill();
  look(true);
  EXPECT_EQ(total(kUncleanStops), 1);
  harness_.clock.advance(std::chrono::hours(48));
  look();
  write("DELETE FROM gateway_boot_lifecycle");
  FakeGateway next;
  boot("next", next.pid());
  look();
  look();
  EXPECT_EQ(total(kUncleanStops), 1);
  EXPECT_EQ(total(kStarts), 1);
}

TEST_F(AccessLedgersTest, ACleanStopOfAWitnessedRunIsNoCrash) {
  create();
  FakeGateway gateway;
  boot("run", gateway.pid());
  look();
  stop("run");
  gateway.kill();
  look();
  // What began more than a day ago is deleted by the next start; nothing says it was a crash.
  write("DELETE FROM gateway_boot_lifecycle");
  boot("next", 1 << 29);
  look();
  EXPECT_EQ(total(kUncleanStops), 0);
}

TEST_F(AccessLedgersTest, ASecondRunBesideALivingOneIsNoCrash) {
  create();
  FakeGateway gateway;
  boot("run", gateway.pid());
  look();
  boot("another", 1 << 29);
  look();
  EXPECT_EQ(total(kUncleanStops), 0);
  gateway.kill();
  look();
  EXPECT_EQ(total(kUncleanStops), 1);
}

TEST_F(AccessLedgersTest, ALedgerThatAppearsIsNewFromThenOn) {
  look();
  EXPECT_EQ(unknown_of(kExternalChanges.name()), std::vector{Errc::not_found});
  EXPECT_EQ(unknown_of(kUncleanStops.name()), std::vector{Errc::not_found});
  create();
  boot("b", 1 << 29);
  config(1, "config.external");
  tool("t", "tool_blocked");
  approval("a", "denied", "user");
  look();
  EXPECT_TRUE(out_.unknowns().empty());
  EXPECT_EQ(total(kStarts), 1);
  EXPECT_EQ(total(kExternalChanges), 1);
  EXPECT_EQ(total(kToolBlocks), 1);
  EXPECT_EQ(approvals("denied"), 1);
}

TEST_F(AccessLedgersTest, OlderVersionsAreUnsupported) {
  write("CREATE TABLE delivery_queue_entries (id TEXT)");
  look();
  for (const auto& name : {kApprovals.name(), kExternalChanges.name(), kStarts.name()}) {
    EXPECT_EQ(unknown_of(name), std::vector{Errc::unsupported}) << name;
  }
  EXPECT_FALSE(reader_.coverage(harness_.home()).approvals);
  Batch out;
  ledger_->export_to(kExternalChanges, out);
  EXPECT_EQ(out.find(kExternalChanges.name()), nullptr);
}

TEST_F(AccessLedgersTest, ALockedOrBrokenDatabaseLosesNothing) {
  create();
  look();
  tool("t", "tool_blocked");
  std::filesystem::rename(file(), state() / "aside");
  {
    std::ofstream(file()) << std::string(8192, 'x');
  }
  look();
  EXPECT_FALSE(unknown_of(kToolBlocks.name()).empty());
  std::filesystem::rename(state() / "aside", file());
  look();
  EXPECT_TRUE(out_.unknowns().empty());
  EXPECT_EQ(total(kToolBlocks), 1);
}

TEST(OpenBoot, SurvivesItsText) {
  const auto boot = OpenBoot::parse(OpenBoot{"a9c5-\n x", 4527, true}.text());
  ASSERT_TRUE(boot);
  EXPECT_EQ(boot->id, "a9c5-\n x");
  EXPECT_EQ(boot->pid, 4527);
  EXPECT_TRUE(boot->witnessed);
  for (const char* text : {"", "-", "1", "1 ", "1 x y", "1 12", "1  "}) {
    EXPECT_FALSE(OpenBoot::parse(text)) << text;
  }
}

}  // namespace

}  // namespace clawvigil
