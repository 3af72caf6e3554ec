#include "exporter/collect/hub.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace clawvigil {
namespace {

using std::chrono::seconds;

constexpr Metric kValue{
    MetricType::gauge, "clawvigil_test_value", "A value for the test.", {"name"}, 2};
const CollectorInfo kFast{"fast", "Test.", seconds(1), seconds(1), seconds(10), {}};
const CollectorInfo kSlow{"slow", "Test.", seconds(60), seconds(5), seconds(300), {}};

Instant at(int second) {
  return {SystemTime(seconds(1'000'000 + second)), SteadyTime(seconds(100 + second))};
}

std::shared_ptr<const Batch> batch_of(double value) {
  auto batch = std::make_shared<Batch>();
  batch->set(kValue, value, "x");
  return batch;
}

std::optional<double> sample(const Snapshot& snapshot, std::string_view family,
                             const std::vector<std::string>& labels) {
  const Family* found = snapshot.find(family);
  if (found == nullptr || !found->samples.contains(labels)) return std::nullopt;
  return found->samples.at(labels);
}

TEST(Hub, SuccessIsVisibleWithItsOwnMetrics) {
  Hub hub({&kFast, &kSlow});
  hub.publish_success(kFast, batch_of(5), at(0), std::chrono::milliseconds(1500));
  const auto snapshot = hub.snapshot(at(1));
  EXPECT_EQ(sample(*snapshot, "clawvigil_test_value", {"x"}), 5);
  EXPECT_EQ(sample(*snapshot, "clawvigil_collector_success", {"fast"}), 1);
  EXPECT_EQ(sample(*snapshot, "clawvigil_collector_success", {"slow"}), std::nullopt);
  EXPECT_EQ(sample(*snapshot, "clawvigil_collector_duration_seconds", {"fast"}), 1.5);
  EXPECT_EQ(sample(*snapshot, "clawvigil_collector_last_success_timestamp_seconds", {"fast"}),
            1'000'000);
  EXPECT_EQ(sample(*snapshot, "clawvigil_collector_failures_total", {"slow", "busy"}), 0);
  ASSERT_EQ(snapshot->collectors.size(), 2U);
  EXPECT_EQ(snapshot->collectors[1].info, &kSlow);
}

TEST(Hub, FailureKeepsTheLastBatchUntilItIsTooOld) {
  Hub hub({&kFast});
  hub.publish_success(kFast, batch_of(5), at(0), seconds(0));
  hub.publish_failure(kFast, {Errc::denied, "no"}, seconds(0));
  auto snapshot = hub.snapshot(at(9));
  EXPECT_EQ(sample(*snapshot, "clawvigil_test_value", {"x"}), 5);
  EXPECT_EQ(sample(*snapshot, "clawvigil_collector_success", {"fast"}), 0);
  EXPECT_EQ(sample(*snapshot, "clawvigil_collector_failures_total", {"fast", "denied"}), 1);
  EXPECT_EQ(sample(*snapshot, "clawvigil_unknown", {"fast", "denied"}), std::nullopt);
  snapshot = hub.snapshot(at(10));
  EXPECT_EQ(sample(*snapshot, "clawvigil_test_value", {"x"}), std::nullopt);
  EXPECT_EQ(sample(*snapshot, "clawvigil_unknown", {"fast", "denied"}), 1);
  EXPECT_EQ(sample(*snapshot, "clawvigil_collector_last_success_timestamp_seconds", {"fast"}),
            1'000'000);
  EXPECT_EQ(snapshot->collectors[0].error->message, "no");
}

TEST(Hub, OverdueIsATimeoutAndAResultStillCounts) {
  Hub hub({&kFast});
  hub.publish_overdue(kFast, seconds(1));
  EXPECT_TRUE(hub.ready());
  EXPECT_EQ(sample(*hub.snapshot(at(0)), "clawvigil_collector_failures_total", {"fast", "timeout"}),
            1);
  hub.publish_success(kFast, batch_of(1), at(2), seconds(2));
  EXPECT_EQ(sample(*hub.snapshot(at(2)), "clawvigil_collector_success", {"fast"}), 1);
  EXPECT_FALSE(hub.snapshot(at(2))->collectors[0].error);
}

TEST(Hub, SnapshotIsTheSameUntilSomethingChangesOrExpires) {
  Hub hub({&kFast, &kSlow});
  const auto empty = hub.snapshot(at(0));
  EXPECT_EQ(hub.snapshot(at(1000)), empty);
  hub.publish_success(kFast, batch_of(1), at(1000), seconds(0));
  hub.publish_success(kSlow, std::make_shared<Batch>(), at(1000), seconds(0));
  const auto full = hub.snapshot(at(1001));
  EXPECT_NE(full, empty);
  EXPECT_EQ(hub.snapshot(at(1009)), full);
  const auto expired = hub.snapshot(at(1010));
  EXPECT_NE(expired, full);
  EXPECT_EQ(hub.snapshot(at(1299)), expired);
  EXPECT_NE(hub.snapshot(at(1300)), expired);
  EXPECT_EQ(sample(*full, "clawvigil_test_value", {"x"}), 1);  // published ones never change
}

TEST(Hub, TheSameAgainShowsWithinSecondsAChangeAtOnce) {
  Hub hub({&kFast});
  hub.publish_success(kFast, batch_of(1), at(0), seconds(0));
  const auto first = hub.snapshot(at(0));
  hub.publish_success(kFast, batch_of(1), at(1), seconds(0));
  EXPECT_EQ(hub.snapshot(at(1)), first);
  const auto later = hub.snapshot(at(5));
  ASSERT_NE(later, first);
  EXPECT_NE(later->version, first->version);
  EXPECT_EQ(sample(*later, "clawvigil_collector_last_success_timestamp_seconds", {"fast"}),
            1'000'001);
  hub.publish_success(kFast, batch_of(2), at(6), seconds(0));
  EXPECT_EQ(sample(*hub.snapshot(at(6)), "clawvigil_test_value", {"x"}), 2);
  // What runs again and again with the same result never expires.
  for (int second = 7; second < 60; ++second) {
    hub.publish_success(kFast, batch_of(2), at(second), seconds(0));
    EXPECT_EQ(sample(*hub.snapshot(at(second)), "clawvigil_test_value", {"x"}), 2) << second;
  }
}

TEST(Hub, HousekeepingShowsWithinThePatienceOfWhoLooks) {
  constexpr Metric kTook{MetricType::gauge, "clawvigil_test_duration_seconds", "For the test."};
  const auto batch = [&](double took) {
    auto made = std::make_shared<Batch>();
    made->set(kValue, 1, "x");
    made->set(kTook, took);
    return made;
  };
  Hub hub({&kSlow});
  hub.publish_success(kSlow, batch(1), at(0), seconds(0));
  const auto first = hub.snapshot(at(0));
  hub.publish_success(kSlow, batch(2), at(1), seconds(0));
  EXPECT_EQ(hub.snapshot(at(4)), first);
  EXPECT_EQ(hub.snapshot(at(14), seconds(15)), first);
  EXPECT_EQ(sample(*hub.snapshot(at(15), seconds(15)), "clawvigil_test_duration_seconds", {}), 2);
  hub.publish_success(kSlow, batch(3), at(16), seconds(0));
  EXPECT_EQ(sample(*hub.snapshot(at(20)), "clawvigil_test_duration_seconds", {}), 3);
}

TEST(Hub, TheSameAfterAFailureOrAPauseShowsAtOnce) {
  Hub hub({&kFast});
  hub.publish_success(kFast, batch_of(1), at(0), seconds(0));
  hub.publish_failure(kFast, {Errc::io, "no"}, seconds(0));
  EXPECT_EQ(sample(*hub.snapshot(at(1)), "clawvigil_collector_success", {"fast"}), 0);
  hub.publish_success(kFast, batch_of(1), at(2), seconds(0));
  EXPECT_EQ(sample(*hub.snapshot(at(2)), "clawvigil_collector_success", {"fast"}), 1);
  EXPECT_EQ(sample(*hub.snapshot(at(30)), "clawvigil_test_value", {"x"}), std::nullopt);
  hub.publish_success(kFast, batch_of(1), at(31), seconds(0));
  EXPECT_EQ(sample(*hub.snapshot(at(31)), "clawvigil_test_value", {"x"}), 1);
}

TEST(Hub, ReadyOnceEveryCollectorHasRun) {
  Hub hub({&kFast, &kSlow});
  EXPECT_FALSE(hub.ready());
  hub.publish_success(kFast, batch_of(1), at(0), seconds(0));
  EXPECT_FALSE(hub.ready());
  hub.publish_failure(kSlow, {Errc::io, "no"}, seconds(0));
  EXPECT_TRUE(hub.ready());
  EXPECT_TRUE(Hub({}).ready());
}

TEST(Hub, UnknownsAndDroppedSeriesAreCounted) {
  Hub hub({&kFast});
  for (int run = 0; run < 2; ++run) {
    auto batch = std::make_shared<Batch>();
    for (const char* name : {"a", "b", "c"}) batch->set(kValue, 1, name);
    batch->unknown({Errc::parse, "first"});
    batch->unknown({Errc::parse, "second"});
    hub.publish_success(kFast, std::move(batch), at(run), seconds(0));
  }
  const auto snapshot = hub.snapshot(at(2));
  EXPECT_EQ(sample(*snapshot, "clawvigil_unknown", {"fast", "parse"}), 2);
  EXPECT_EQ(sample(*snapshot, "clawvigil_series_dropped_total", {"clawvigil_test_value"}), 2);
}

TEST(Hub, SelfMetricsHoldManyCollectors) {
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back("collector" + std::to_string(i));
  std::vector<CollectorInfo> infos;
  for (const std::string& name : names) {
    infos.push_back({name, "Test.", seconds(1), seconds(1), seconds(1), {}});
  }
  std::vector<const CollectorInfo*> pointers;
  for (const CollectorInfo& info : infos) pointers.push_back(&info);
  const auto snapshot = Hub(pointers).snapshot(at(0));
  const Family* failures = snapshot->find("clawvigil_collector_failures_total");
  EXPECT_EQ(failures->dropped, 0U);
  EXPECT_EQ(failures->samples.size(), 100 * std::size(kAllErrc));
}

TEST(Hub, ExportsOnlyWhatItDescribes) {
  Hub hub({&kFast});
  hub.publish_failure(kFast, {Errc::io, "no"}, seconds(1));
  for (const auto& batch : hub.snapshot(at(0))->batches) {
    for (const auto& [name, family] : batch->families()) {
      EXPECT_TRUE(std::ranges::any_of(Hub::metrics(), [&](const MetricInfo& info) {
        return info.name == name;
      })) << name;
    }
  }
}

}  // namespace
}  // namespace clawvigil
