#include "tests/support/collector_case.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "exporter/model/exposition.h"
#include "tests/support/host_fixture.h"
#include "tests/support/sqlite_writer.h"

namespace clawvigil::test {

namespace fs = std::filesystem;

namespace {

constexpr SystemTime kCaseTime{std::chrono::seconds(1795302000)};  // 2026-11-21T23:00:00Z

void check_case(const std::string& name, Collector& collector) {
  SCOPED_TRACE(name);
  const auto root = host::Root::open("/");
  const CaseHome home(name);
  const std::string text = render_case(run_case(collector, {home.home(*root)}));
  const fs::path golden = fixture("collectors") / name / "metrics.txt";
  if (std::getenv("CLAWVIGIL_UPDATE_GOLDENS") != nullptr) {
    std::ofstream(golden) << text;
    return;
  }
  EXPECT_EQ(text, read_all(golden));
}

}  // namespace

CaseHome::CaseHome(const std::string& name) {
  fs::copy(fixture("collectors") / name / "home", path(), fs::copy_options::recursive);
  const fs::path sql = path() / "state.sql";
  if (!fs::exists(sql)) return;
  fs::create_directory(path() / "state");
  WritingConnection(path() / "state/openclaw.sqlite").execute(read_all(sql));
}

Home CaseHome::home(const host::Root& root) const {
  auto dir = root.anchor(directory_.path());
  EXPECT_TRUE(dir) << (dir ? "" : dir.error().message);
  return {"claw", directory_.path(), ::geteuid(),
          std::make_shared<const host::Dir>(std::move(*dir))};
}

std::shared_ptr<const Batch> run_case(Collector& collector, const std::vector<Home>& homes,
                                      SteadyTime now) {
  const auto root = host::Root::open("/");
  RunResult run = run_collector(collector, *root, homes, {}, {kCaseTime, now});
  EXPECT_TRUE(run.result) << (run.result ? "" : run.result.error().message);
  return run.batch;
}

std::string render_case(const std::shared_ptr<const Batch>& batch) {
  std::string text = render_text(std::span(&batch, 1));
  std::vector<std::string> unknowns;
  for (const Unknown& unknown : batch->unknowns()) {
    unknowns.push_back("# unknown " + std::string(to_string(unknown.reason)) + ": " +
                       unknown.detail + "\n");
  }
  std::ranges::sort(unknowns);
  for (const std::string& line : unknowns) text += line;
  return text;
}

void check_all_cases(const std::string& collector_name,
                     const std::function<std::unique_ptr<Collector>()>& make) {
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(fixture("collectors") / collector_name)) {
    check_case(collector_name + "/" + entry.path().filename().string(), *make());
    ++cases;
  }
  EXPECT_GT(cases, 0);
}

}  // namespace clawvigil::test
