// The collector over repositories in the workspace of one home, with a clock that only moves when
// told to: three in the afternoon in Paris.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/workspace.h"
#include "tests/support/collector_harness.h"
#include "tests/support/program.h"
#include "tests/support/unknown_text.h"
#include "tests/support/workspace_repository.h"

namespace clawvigil::test {

inline constexpr std::string_view kAgent = "claw@example.org";
inline constexpr std::string_view kOwner = "me@example.org";
inline constexpr std::string_view kStranger = "else@example.net";

class WorkspaceFixture : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_program("git")) GTEST_SKIP() << "SKIPPED: needs git";
    harness.add_home();
    harness.config.owner.emails = {std::string(kOwner)};
    harness.config.owner.time_zone = "Europe/Paris";
    harness.config.workspace.agent_emails = {std::string(kAgent)};
    std::filesystem::create_directory(harness.home_path() / "workspace");
    // Three in the afternoon in Paris.
    harness.clock.set_wall(SystemTime(std::chrono::seconds(1'800'021'600)));
  }

  [[nodiscard]] WorkspaceRepository repository(const std::string& name = "workspace") const {
    return WorkspaceRepository(harness.home_path() / name);
  }
  // The time of the clock, as commits get it.
  [[nodiscard]] std::int64_t now() const {
    return std::chrono::floor<std::chrono::seconds>(harness.clock.now().wall)
        .time_since_epoch()
        .count();
  }
  // A run a minute later.
  Batch run() {
    harness.clock.advance(std::chrono::minutes(1));
    return harness.run(*collector);
  }
  void restart() {
    harness.restart_store();
    collector = make_workspace_collector();
  }
  static double count(const Batch& batch, const std::string& family,
                      std::vector<std::string> labels, const std::string& repo = "workspace") {
    labels.insert(labels.begin(), {"claw", repo});
    return value(batch, "clawvigil_git_" + family, labels);
  }
  static std::vector<std::string> findings(const Batch& batch) {
    std::vector<std::string> all;
    for (const Finding& one : batch.findings()) {
      all.push_back(one.labels.back() + ": " + one.file.substr(one.file.find(' ') + 1));
    }
    return all;
  }

  CollectorHarness harness;
  std::unique_ptr<Collector> collector = make_workspace_collector();
};

}  // namespace clawvigil::test
