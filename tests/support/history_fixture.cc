#include "tests/support/history_fixture.h"

#include "tests/support/program.h"

namespace clawvigil::test {

std::vector<secrets::HistoryMatch> match_test_secrets(std::string_view content) {
  constexpr std::string_view kMark = "SECRET-";
  std::vector<secrets::HistoryMatch> matches;
  std::uint64_t line = 1;
  while (!content.empty()) {
    const std::size_t end = std::min(content.find('\n'), content.size());
    const std::string_view text = content.substr(0, end);
    if (text.starts_with(kMark)) {
      matches.push_back({"test", line, std::stoull(std::string(text.substr(kMark.size())))});
    }
    content.remove_prefix(std::min(end + 1, content.size()));
    ++line;
  }
  return matches;
}

secrets::HistoryMatcher test_matcher() {
  return {.wants = [](std::string_view path) { return !path.ends_with(".png"); },
          .match = match_test_secrets};
}

HistoryFixture::HistoryFixture() : history_(matcher_version_) {}

void HistoryFixture::SetUp() {
  if (!has_program("git")) GTEST_SKIP() << "SKIPPED: needs git";
}

void HistoryFixture::use_budget(const secrets::HistoryBudget& budget) {
  budget_ = budget;
  history_ = secrets::GitHistory(matcher_version_, budget_);
}

Result<secrets::HistoryReport> HistoryFixture::try_scan(const host::Dir& directory) {
  const Instant now = clock_.now();
  const Context context{root_,
                        config_,
                        {},
                        store_,
                        now,
                        clock_,
                        now.steady + std::chrono::hours(1),
                        std::stop_token()};
  return history_.scan(context, {"claw/workspace", directory}, matcher_);
}

secrets::HistoryReport HistoryFixture::scan(const GitRepository& repository) {
  const auto report = try_scan(repository.directory().anchor());
  if (report) return *report;
  ADD_FAILURE() << report.error().message;
  return {};
}

std::vector<std::string> HistoryFixture::places(const secrets::HistoryReport& report) {
  std::vector<std::string> all;
  for (const secrets::HistoryFinding& one : report.findings) {
    all.push_back(one.path + ":" + std::to_string(one.line) + " " + one.rule);
  }
  return all;
}

}  // namespace clawvigil::test
