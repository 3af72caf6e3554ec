// What the child that scans a history tells, and what is refused of it.
#include "collectors/secrets/history_frames.h"

#include <gtest/gtest.h>

#include "collectors/git/frames.h"

namespace clawvigil::secrets {
namespace {

TEST(HistoryFrames, AreReadBack) {
  ScanResult result;
  const std::string id(40, 'a');
  const std::vector<std::uint64_t> keys{1, ~0ULL};
  const std::vector<parse::GitId> ids{*parse::git_id_from_hex(id)};
  for (const std::string& frame :
       {restart_frame(), finding_frame({"rule", id, "a path", 7, 9}),
        unread_frame({UnreadReason::too_deep, 5, id, ""}),
        git::raw_frame<std::uint64_t>(kCleanFrame, keys),
        git::raw_frame<std::uint64_t>(kToldFrame, keys),
        git::raw_frame<parse::GitId>(kFrontierFrame, ids), end_frame(true, 3, 2)}) {
    ASSERT_TRUE(decode_frame(frame, result)) << frame;
  }
  EXPECT_TRUE(result.restarted && result.complete && result.ended);
  EXPECT_EQ(result.findings.at(0).path, "a path");
  EXPECT_EQ(result.findings.at(0).line, 7);
  EXPECT_EQ(result.findings.at(0).fingerprint, 9);
  EXPECT_EQ(result.unread.at(0).reason, UnreadReason::too_deep);
  EXPECT_EQ(result.clean, keys);
  EXPECT_EQ(result.told, keys);
  EXPECT_EQ(result.frontier, ids);
  EXPECT_EQ(result.commits, 3);
  EXPECT_EQ(result.dropped, 2);
}

TEST(HistoryFrames, HostileOnesAreRefused) {
  const std::string id(40, 'a');
  for (const std::string& frame :
       {std::string(), std::string("?"), std::string("Rx"), std::string("C1234567"),
        std::string("H123"), std::string("E2") + '\0' + "1" + '\0' + "1", std::string("E1"),
        std::string("F"), finding_frame({"Rule\n", id, "p", 1, 1}),
        finding_frame({std::string(65, 'r'), id, "p", 1, 1}),
        finding_frame({"rule", "HEAD", "p", 1, 1}), std::string("Unothing") + '\0' + "1"}) {
    ScanResult result;
    EXPECT_FALSE(decode_frame(frame, result)) << frame;
  }
  ScanResult result;
  ASSERT_TRUE(decode_frame(end_frame(true, 1, 0), result));
  EXPECT_FALSE(decode_frame(restart_frame(), result));
  ScanResult many;
  Result<> decoded;
  for (std::size_t i = 0; decoded && i < 10'000; ++i) {
    decoded = decode_frame(finding_frame({"rule", id, "p", i, i}), many);
  }
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, Errc::too_large);
}

}  // namespace
}  // namespace clawvigil::secrets
