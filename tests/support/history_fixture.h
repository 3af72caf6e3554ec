// Scans the history of a repository as the secrets collector does, with a matcher that takes every
// line "SECRET-<digits>" for a secret and counts nothing else.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "collectors/secrets/git_history.h"
#include "tests/support/git_repository.h"
#include "tests/support/manual_clock.h"

namespace clawvigil::test {

[[nodiscard]] std::vector<secrets::HistoryMatch> match_test_secrets(std::string_view content);
[[nodiscard]] secrets::HistoryMatcher test_matcher();

class HistoryFixture : public testing::Test {
 protected:
  HistoryFixture();
  void SetUp() override;

  // One run; fails the test on an error of the state database.
  secrets::HistoryReport scan(const GitRepository& repository);
  [[nodiscard]] Result<secrets::HistoryReport> try_scan(const host::Dir& directory);
  // "path:line rule" of each finding.
  [[nodiscard]] static std::vector<std::string> places(const secrets::HistoryReport& report);
  void use_budget(const secrets::HistoryBudget& budget);
  // What a restart of the daemon does: only the state database stays.
  void restart() { use_budget(budget_); }

  ManualClock clock_;
  store::Store store_ = store::Store::in_memory();
  host::Root root_ = *host::Root::open("/");
  Config config_;
  secrets::HistoryMatcher matcher_ = test_matcher();
  std::string matcher_version_ = "1";
  secrets::HistoryBudget budget_;
  secrets::GitHistory history_;
};

}  // namespace clawvigil::test
