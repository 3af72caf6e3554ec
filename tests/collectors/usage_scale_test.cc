// What is not looked at: sessions at rest.
#include "collectors/usage/database.h"
#include "collectors/usage/directories.h"
#include "exporter/config/prices.h"
#include "tests/collectors/usage_fixture.h"

namespace clawvigil::test {
namespace {

using usage::AgentContext;
using usage::Ledger;
using usage::TranscriptDirectories;

constexpr Duration kPause = std::chrono::minutes(20);

// What reads transcripts, with looks at everything only every 20 minutes.
class UsageScale : public Usage {
 protected:
  UsageScale() { std::filesystem::create_directories(sessions_); }

  struct Looked {
    std::size_t changed = 0;
    bool all = false;
    std::uint64_t files = 0;  // looked at
  };
  // Lists and reads; what fails fails the test.
  Looked look() {
    Looked looked;
    harness_.clock.advance(std::chrono::seconds(5));
    harness_.with_context([&](const Context& run) {
      if (!ledger_) ledger_.emplace(*Ledger::open(run.store));
      usage::PriceBook prices({}, {}, config::shipped_prices());
      AgentContext agent{run,      harness_.home(), "main",         prices,
                         *ledger_, progress_,       sessions_index_};
      const std::uint64_t before = directories_.looked_at();
      std::vector<std::int64_t> alive;
      directories_.begin_pass(run.now.steady);
      const auto found = directories_.list(agent, alive);
      ASSERT_TRUE(found) << found.error().message;
      looked = {found->changed.size(), found->all, directories_.looked_at() - before};
      for (const usage::PendingFile& file : found->changed) sessions_index_.expect(file.name);
      for (const usage::PendingFile& file : found->changed) {
        if (keep_unread_) continue;
        ASSERT_TRUE(usage::read_file(agent, file, alive));
      }
      sessions_index_.forget();
      ASSERT_TRUE(databases_.read(agent));
      ASSERT_TRUE(ledger_->commit(run.now.wall));
    });
    return looked;
  }
  [[nodiscard]] std::int64_t requests() const {
    std::int64_t sum = 0;
    for (const auto& [key, totals] : ledger_->totals()) sum += totals.requests;
    return sum;
  }
  void append(const std::string& name, const std::string& id) {
    harness_.directory().append("claw/agents/main/sessions/" + name, one_more(id));
  }

  TranscriptDirectories directories_{kPause};
  usage::AgentDatabases databases_{kPause};
  std::optional<Ledger> ledger_;
  usage::Progress progress_;
  usage::SessionIndex sessions_index_;
  bool keep_unread_ = false;
};

TEST_F(UsageScale, FilesAtRestAreNotLookedAt) {
  for (int i = 0; i < 50; ++i) append("s" + std::to_string(i) + ".jsonl", "1");
  Looked looked = look();
  EXPECT_EQ(looked.changed, 50U);
  EXPECT_TRUE(looked.all);
  looked = look();  // once more: they were open
  EXPECT_EQ(looked.changed, 0U);
  EXPECT_FALSE(looked.all);
  EXPECT_EQ(look().files, 0U);
  EXPECT_EQ(look().files, 0U);
  EXPECT_EQ(requests(), 50);
}

TEST_F(UsageScale, WrittenNewAndRenamedOnesAreFoundAtOnce) {
  for (int i = 0; i < 50; ++i) append("s" + std::to_string(i) + ".jsonl", "1");
  look();
  look();
  append("s7.jsonl", "2");
  append("new.jsonl", "1");
  std::filesystem::rename(sessions_ / "s8.jsonl", sessions_ / "s8.jsonl.reset.2026");
  std::filesystem::remove(sessions_ / "s9.jsonl");
  const Looked looked = look();
  EXPECT_EQ(looked.changed, 2U);
  EXPECT_LE(looked.files, 5U);
  EXPECT_EQ(requests(), 52);
  EXPECT_LE(look().files, 2U);
  EXPECT_EQ(look().files, 0U);
}

TEST_F(UsageScale, WhatCouldNotBeReadIsTriedAgain) {
  append("a.jsonl", "1");
  look();
  look();
  append("a.jsonl", "2");
  keep_unread_ = true;
  EXPECT_EQ(look().changed, 1U);
  EXPECT_EQ(look().changed, 1U);
  keep_unread_ = false;
  EXPECT_EQ(look().changed, 1U);
  EXPECT_EQ(look().changed, 0U);
  EXPECT_EQ(requests(), 2);
}

TEST_F(UsageScale, ADirectoryPutInTheOldOnesPlaceIsFound) {
  append("a.jsonl", "1");
  look();
  look();
  std::filesystem::rename(sessions_, sessions_.string() + ".old");
  std::filesystem::create_directory(sessions_);
  append("b.jsonl", "1");
  EXPECT_EQ(look().changed, 1U);
  EXPECT_EQ(requests(), 2);
}

TEST_F(UsageScale, ADirectoryOutOfReachForAWhileIsLookedThroughAgain) {
  append("a.jsonl", "1");
  look();
  look();
  append("a.jsonl", "2");
  const std::filesystem::path agent = sessions_.parent_path();
  std::filesystem::rename(agent, agent.string() + ".away");
  EXPECT_EQ(look().changed, 0U);
  std::filesystem::rename(agent.string() + ".away", agent);
  EXPECT_EQ(look().changed, 1U);
  EXPECT_EQ(requests(), 2);
}

TEST_F(UsageScale, EverythingIsLookedAtNowAndThen) {
  append("a.jsonl", "1");
  look();
  EXPECT_FALSE(look().all);
  harness_.clock.advance(kPause);
  const Looked looked = look();
  EXPECT_TRUE(looked.all);
  EXPECT_EQ(looked.files, 1U);
}

TEST_F(UsageScale, MoreThanIsRememberedIsLookedThrough) {
  append("a.jsonl", "1");
  look();
  look();
  for (int i = 0; i < 1'200; ++i) append("n" + std::to_string(i) + ".jsonl", "1");
  EXPECT_EQ(look().changed, 1'200U);
  EXPECT_EQ(requests(), 1'201);
}

TEST_F(UsageScale, RowsOfADatabaseNameTheirSessions) {
  lay_out("sqlite");
  look();
  const std::int64_t before = requests();
  std::string line = one_more("x");
  line.pop_back();
  const auto row = [&](int seq, const std::string& text) {
    execute(database(),
            "INSERT INTO transcript_events (session_id, seq, event_json, created_at) VALUES "
            "('2ac10ab2-b43d-4ff4-9814-4c18800987e7', " +
                std::to_string(seq) + ", '" + text + "', 1795308600000)");
  };
  row(15, line);
  look();
  EXPECT_EQ(requests(), before + 1);
  // A row that took the number of one deleted before is seen by the next look at all sessions.
  line.replace(line.find("\"x\""), 3, "\"y\"");
  row(16, line);
  execute(database(),
          "UPDATE transcript_events SET rowid = 100000 WHERE seq = 16 AND session_id = "
          "'2ac10ab2-b43d-4ff4-9814-4c18800987e7'");
  look();
  EXPECT_EQ(requests(), before + 2);
  line.replace(line.find("\"y\""), 3, "\"z\"");
  row(17, line);
  execute(database(),
          "UPDATE transcript_events SET rowid = 50000 WHERE seq = 17 AND session_id = "
          "'2ac10ab2-b43d-4ff4-9814-4c18800987e7'");
  look();
  EXPECT_EQ(requests(), before + 2);
  harness_.clock.advance(std::chrono::minutes(31));
  look();
  EXPECT_EQ(requests(), before + 3);
}

}  // namespace
}  // namespace clawvigil::test
