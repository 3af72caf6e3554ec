#include "exporter/collect/runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "tests/support/daemon_process.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

constexpr Metric kValue{MetricType::gauge, "clawvigil_test_value", "A value made by a test."};
constexpr std::array kMetrics{kValue.info()};

// A collector whose run is a function of the test.
class Scripted final : public Collector {
 public:
  using Run = std::function<Result<>(const Context&, Batch&)>;
  Scripted(const CollectorInfo& info, Run run) : info_(info), run_(std::move(run)) {}
  [[nodiscard]] const CollectorInfo& info() const override { return info_; }
  [[nodiscard]] Result<> collect(const Context& context, Batch& out) override {
    return run_(context, out);
  }

 private:
  const CollectorInfo& info_;
  Run run_;
};

CollectorInfo info_named(std::string_view name) {
  return {.name = name,
          .summary = "Made by a test.",
          .interval = std::chrono::milliseconds(5),
          .deadline = Duration::zero(),
          .max_age = std::chrono::hours(1),
          .metrics = kMetrics};
}

class RunnerTest : public testing::Test {
 protected:
  CollectorEntry entry(const CollectorInfo& info, Scripted::Run run) {
    return {&info, [&info, run] { return std::make_unique<Scripted>(info, run); }};
  }
  void start(std::vector<CollectorEntry> entries) {
    std::vector<const CollectorInfo*> infos;
    for (const auto& collector : entries) infos.push_back(collector.info);
    auto config = std::make_shared<Config>();
    config->storage_path = directory_ / "state";
    shared_ = std::make_shared<RunnerShared>(*host::Root::open("/"), config,
                                             std::make_shared<HomeRegistry>(), clock_);
    hub_ = std::make_unique<Hub>(infos);
    runner_ = std::make_unique<Runner>(std::move(entries), shared_, *hub_);
    runner_->start();
  }
  CollectorState state(std::size_t index) {
    return hub_->snapshot(clock_.now())->collectors[index];
  }
  test::TempDir directory_;
  SystemClock clock_;
  std::shared_ptr<RunnerShared> shared_;
  std::unique_ptr<Hub> hub_;
  std::unique_ptr<Runner> runner_;
};

TEST_F(RunnerTest, PublishesAndRunsAgain) {
  const CollectorInfo good = info_named("good");
  std::atomic<int> runs = 0;
  start({entry(good, [&](const Context&, Batch& out) -> Result<> {
    out.set(kValue, ++runs);
    return {};
  })});
  EXPECT_TRUE(test::eventually([&] { return runs > 2; }));
  EXPECT_TRUE(state(0).success);
  EXPECT_TRUE(runner_->stop(std::chrono::seconds(10)));
}

TEST_F(RunnerTest, AFailureKeepsTheLastGoodBatch) {
  const CollectorInfo info = info_named("flaky");
  std::atomic<int> runs = 0;
  start({entry(info, [&](const Context&, Batch& out) -> Result<> {
    if (++runs > 1) return fail(Errc::denied, "no more");
    out.set(kValue, 42);
    return {};
  })});
  EXPECT_TRUE(test::eventually([&] { return state(0).failures.contains(Errc::denied); }));
  EXPECT_FALSE(state(0).success);
  ASSERT_NE(state(0).batch, nullptr);
  EXPECT_NE(state(0).batch->find("clawvigil_test_value"), nullptr);
  EXPECT_TRUE(runner_->stop(std::chrono::seconds(10)));  // the thread uses what the test owns
}

TEST_F(RunnerTest, AnExceptionIsAFailureNotTheEnd) {
  const CollectorInfo info = info_named("throws");
  start(
      {entry(info, [](const Context&, Batch&) -> Result<> { throw std::runtime_error("oops"); })});
  EXPECT_TRUE(test::eventually([&] { return state(0).failures[Errc::io] > 1; }));
  EXPECT_TRUE(runner_->stop(std::chrono::seconds(10)));
}

TEST_F(RunnerTest, AHangingCollectorHoldsUpNobody) {
  const CollectorInfo hangs = info_named("hangs");
  const CollectorInfo good = info_named("good");
  // Outlives the runner, as a thread left behind does.
  struct Gate {
    std::mutex mutex;
    std::condition_variable opened;
    bool open = false;
  };
  auto gate = std::make_shared<Gate>();
  std::atomic<int> runs = 0;
  start({entry(hangs,
               [gate](const Context&, Batch&) -> Result<> {
                 std::unique_lock lock(gate->mutex);
                 gate->opened.wait(lock, [&] { return gate->open; });
                 return {};
               }),
         entry(good, [&](const Context&, Batch&) -> Result<> {
           ++runs;
           return {};
         })});
  EXPECT_TRUE(test::eventually([&] {
    runner_->report_overdue();
    return state(0).failures[Errc::timeout] == 1 && runs > 3;
  }));
  runner_->report_overdue();
  EXPECT_EQ(state(0).failures[Errc::timeout], 1U) << "reported once";
  EXPECT_FALSE(runner_->stop(Duration::zero()));
  {
    const std::lock_guard lock(gate->mutex);
    gate->open = true;
  }
  gate->opened.notify_all();
  // The thread left behind uses the hub and the clock until it notices the stop.
  runner_.reset();
  EXPECT_TRUE(test::eventually([&] { return shared_.use_count() == 1; }));
}

}  // namespace
}  // namespace clawvigil
