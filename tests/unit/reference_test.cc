#include "exporter/cli/reference.h"
#include "exporter/cli/alerting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>

#include "collectors/registry.h"
#include "exporter/collect/hub.h"
#include "tests/support/build_paths.h"

namespace clawvigil::cli {
namespace {

constexpr Metric kSockets{
    MetricType::gauge, "clawvigil_test_sockets", "Sockets in LISTEN state.", {"protocol", "scope"}};
constexpr Metric kRuns{MetricType::counter, "clawvigil_test_runs_total", "Runs since the start."};

TEST(Reference, OneSectionPerCollectorThenTheHub) {
  const std::array metrics{kSockets.info()};
  const std::array hub{kRuns.info()};
  const CollectorInfo info{.name = "test",
                           .summary = "What it reads.",
                           .interval = std::chrono::seconds(1),
                           .deadline = std::chrono::seconds(1),
                           .max_age = std::chrono::minutes(1),
                           .metrics = metrics,
                           .enabled_by_default = false};
  const std::array infos{&info};
  const std::string text = metric_reference(infos, hub);
  EXPECT_THAT(text, testing::EndsWith(R"(
## test

What it reads.
Runs every 1 s; a result disappears after 60 s. Off by default.

| metric | type | labels | meaning |
|---|---|---|---|
| `clawvigil_test_sockets` | gauge | protocol, scope | Sockets in LISTEN state. |

## About every collector

| metric | type | labels | meaning |
|---|---|---|---|
| `clawvigil_test_runs_total` | counter |  | Runs since the start. |
)"));
}

// build/<preset>/clawvigil metrics > collectors/METRICS.md rewrites it.
TEST(Reference, CommittedFileIsUpToDate) {
  std::ifstream file(CLAWVIGIL_SOURCE_DIR "/collectors/METRICS.md");
  const std::string committed{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(committed, metric_reference(exporting_infos(), Hub::metrics()));
}

}  // namespace
}  // namespace clawvigil::cli
