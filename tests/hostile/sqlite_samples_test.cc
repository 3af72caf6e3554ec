// Databases of a real OpenClaw 2026.9.6 gateway.
#include <gtest/gtest.h>

#include <filesystem>

#include "exporter/host/sqlite.h"
#include "tests/support/build_paths.h"

namespace clawvigil::test {
namespace {

using host::ReadOnlyDatabase;

Result<ReadOnlyDatabase> open_sample(const std::string& directory, std::string_view name) {
  TRY_ASSIGN(const host::Root root, host::Root::open("/"));
  TRY_ASSIGN(const host::Dir anchor, root.anchor(directory));
  return ReadOnlyDatabase::open(anchor, name, {std::nullopt, true}, std::chrono::seconds(5));
}

TEST(SqliteSamples, OpenClawDatabasesAreReadable) {
  const std::string state = std::filesystem::weakly_canonical(
      std::string(CLAWVIGIL_SOURCE_DIR) + "/../shared/openclaw-samples/2026.9.6/state");
  if (!std::filesystem::exists(state)) GTEST_SKIP() << "SKIPPED: no samples at " << state;

  auto agent = open_sample(state + "/agents/main/agent", "openclaw-agent.sqlite");
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_EQ(agent->user_version().value_or(0), 23);
  EXPECT_TRUE(agent->has_table("transcript_events").value_or(false));
  EXPECT_FALSE(agent->has_table("session_transcript_fts").value_or(true));  // virtual
  auto events =
      agent->prepare("SELECT session_id, seq, event_json, event_zstd FROM transcript_events");
  ASSERT_TRUE(events) << events.error().message;
  int rows = 0;
  while (events->step().value_or(false)) {
    ++rows;
    EXPECT_NE(events->is_null(2), events->is_null(3));
  }
  EXPECT_GT(rows, 0);

  auto shared = open_sample(state + "/state", "openclaw.sqlite");
  ASSERT_TRUE(shared) << shared.error().message;
  EXPECT_EQ(shared->user_version().value_or(0), 18);
  auto version = shared->prepare("SELECT app_version FROM schema_meta LIMIT 1");
  ASSERT_TRUE(version) << version.error().message;
  ASSERT_TRUE(version->step().value_or(false));
  EXPECT_EQ(version->text(0), "2026.9.6");
  EXPECT_TRUE(open_sample(state + "/state", "openclaw-quarantine.sqlite"));
}

}  // namespace
}  // namespace clawvigil::test
