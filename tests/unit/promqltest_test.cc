// The scripts of Prometheus' own tests, where ../shared has them, and the runner that judges by
// them: it must be able to fail.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/promqltest/runner.h"
#include "tests/support/build_paths.h"

namespace clawvigil::promqltest {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(PromqlTest, NothingOfPrometheusOwnScriptsFails) {
  const fs::path corpus = fs::path(CLAWVIGIL_SOURCE_DIR) / "../shared/corpora/promqltest";
  if (!fs::exists(corpus)) GTEST_SKIP() << "SKIPPED: " << corpus << " is not here";
  std::size_t passed = 0;
  for (const auto& entry : fs::directory_iterator(corpus)) {
    if (entry.path().extension() != ".test") continue;
    const Report report = run_script(read(entry.path()));
    passed += report.passed;
    for (const Failure& failure : report.failures) {
      ADD_FAILURE() << entry.path() << ':' << failure.line << ": " << failure.expression
                    << "\n  expected " << failure.expected << "\n  got " << failure.got;
    }
    for (const auto& [reason, count] : report.reasons) {
      EXPECT_TRUE(reason == "native histograms" || reason.starts_with("aggregation limit"))
          << reason << ", " << count << " times in " << entry.path();
    }
  }
  EXPECT_GE(passed, 300U);
}

// One eval over two series of which one is a histogram.
Report run_eval(const std::string& eval) {
  return run_script(
      "load 1m\n  up{job=\"a\"} 1 2\n  up{job=\"b\"} 3 NaN\n  h {{count:1}}x1\n\n"
      "load_with_nhcb 1m\n  old_bucket{le=\"+Inf\"} 1\n\n" +
      eval + '\n');
}

TEST(PromqlTest, WhatDiffersFails) {
  for (const char* const eval : {
           "eval instant at 0 up\n  up{job=\"a\"} 1",                   // too few
           "eval instant at 0 up{job=\"a\"}\n  up{job=\"a\"} 1.00001",  // another value
           "eval instant at 0 up{job=\"a\"}\n  {job=\"a\"} 1",          // another name
           "eval instant at 0 up{job=\"a\"}",                           // nothing expected
           "eval instant at 0 none\n  up 1",                            // nothing got
           "eval instant at 0 sort(up)\n  expect ordered\n  up{job=\"b\"} 3\n  up{job=\"a\"} 1",
           "eval instant at 0 1\n  2",
           "eval instant at 0 1\n  {} 1",
           "eval instant at 0 vector(1)\n  1",
           "eval instant at 0 \"a\"\n  expect string \"b\"",
           "eval instant at 0 up\n  expect fail",
           "eval instant at 0 up +\n  expect fail msg: something else",
           "eval instant at 0 up + on() up\n  expect fail regex: no such words",
           "eval instant at 0 up +",
           "eval range from 0 to 1m step 1m up{job=\"a\"}\n  up{job=\"a\"} 1",
           "eval range from 0 to 1m step 1m up{job=\"a\"}\n  up{job=\"a\"} 1 _",
           "eval range from 0 to 1m step 1m up[1m]",
           ("eval instant at 1m up{job=\"a\"}[2m]\n  expect range vector from 0 to 1m step 1m\n"
            "  up{job=\"a\"} 1 3"),
           "eval instant at 1m",
           "evil",
           "load 5m\n  up{ 1",
       }) {
    const Report report = run_eval(eval);
    EXPECT_EQ(report.failures.size(), 1U) << eval;
    EXPECT_EQ(report.passed, 0U) << eval;
  }
}

TEST(PromqlTest, WhatAgreesPasses) {
  for (const char* const eval : {
           "eval instant at 1m up\n  up{job=\"a\"} 2\n  up{job=\"b\"} NaN",
           "eval_ordered instant at 0 sort_desc(up)\n  up{job=\"b\"} 3\n  up{job=\"a\"} 1",
           "eval_fail instant at 0 up + on() up",
           "eval_fail instant at 0 up +\n  expected_fail_regexp unexpected end.*",
           ("eval instant at 0 1 > 2\n  expect fail msg: 1:1: parse error: comparisons between "
            "scalars must use BOOL modifier"),
           "eval range from 0 to 3m step 1m sum(up{job=\"a\"})\n  {} 1 2x2",
           "eval instant at 0 old_bucket\n  old_bucket{le=\"+Inf\"} 1",
       }) {
    const Report report = run_eval(eval);
    EXPECT_EQ(report.passed, 1U) << eval;
    EXPECT_TRUE(report.failures.empty()) << eval << ": " << report.failures.front().got;
  }
}

TEST(PromqlTest, WhatIsUnsupportedNeitherPassesNorFails) {
  for (const char* const eval : {
           "eval instant at 0 h\n  h {{count:1}}",
           "eval instant at 0 {__name__=~\"h|up\"}",
           "eval instant at 0 old\n  expect fail",
           "eval instant at 0 up @ 5",
           "eval instant at 0 rate(up[5m:1m])\n  expect fail",
       }) {
    const Report report = run_eval(eval);
    EXPECT_EQ(report.unsupported, 1U) << eval;
    EXPECT_EQ(report.passed + report.failures.size(), 0U) << eval;
  }
}

}  // namespace
}  // namespace clawvigil::promqltest
