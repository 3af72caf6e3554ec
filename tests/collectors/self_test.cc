#include "collectors/self.h"

#include <gtest/gtest.h>

#include "exporter/base/version.h"
#include "exporter/host/spool.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

class SelfCollectorTest : public testing::Test {
 protected:
  Batch collect() {
    const Context context{root_,  config_,           homes_,           store_, clock_.now(),
                          clock_, SteadyTime::max(), std::stop_token{}};
    Batch batch;
    const auto result = collector_->collect(context, batch);
    EXPECT_TRUE(result) << result.error().message;
    return batch;
  }
  static double value(const Batch& batch, std::string_view name) {
    const Family* const family = batch.find(name);
    if (family == nullptr || family->samples.size() != 1) {
      ADD_FAILURE() << name << " is not a single sample";
      return -1;
    }
    return family->samples.begin()->second;
  }

  SystemClock clock_;
  host::Root root_ = *host::Root::open("/");
  Config config_;
  std::vector<Home> homes_;
  store::Store store_ = store::Store::in_memory();
  std::shared_ptr<ReloadStatus> reload_ = std::make_shared<ReloadStatus>();
  std::shared_ptr<HomeRegistry> registry_ = std::make_shared<HomeRegistry>();
  SystemTime started_{std::chrono::seconds(1'700'000'000)};
  std::unique_ptr<Collector> collector_ = make_self_collector({started_, reload_, registry_});
};

TEST_F(SelfCollectorTest, EveryDeclaredFamilyIsExported) {
  const test::TempDir spool;
  config_.probes_directory = spool.path();
  ASSERT_TRUE(host::write_probe_report(spool.path(), "nftables",
                                       {.taken = clock_.now().wall, .readings = {}}));
  const Batch batch = collect();
  EXPECT_EQ(batch.families().size(), kSelfInfo.metrics.size());
  for (const MetricInfo& metric : kSelfInfo.metrics) {
    EXPECT_NE(batch.find(metric.name), nullptr) << metric.name;
  }
  EXPECT_TRUE(batch.unknowns().empty());
}

TEST_F(SelfCollectorTest, MeasuresItsOwnProcess) {
  const Batch batch = collect();
  EXPECT_GT(value(batch, "process_cpu_seconds_total"), 0);
  EXPECT_GT(value(batch, "process_resident_memory_bytes"), 1'000'000);
  EXPECT_GE(value(batch, "process_virtual_memory_bytes"),
            value(batch, "process_resident_memory_bytes"));
  EXPECT_GE(value(batch, "process_open_fds"), 3);
  EXPECT_GT(value(batch, "process_max_fds"), value(batch, "process_open_fds"));
  EXPECT_EQ(value(batch, "process_start_time_seconds"), 1'700'000'000);
}

TEST_F(SelfCollectorTest, BuildInfoNamesTheBuild) {
  const Batch batch = collect();
  const Family* const family = batch.find("clawvigil_build_info");
  ASSERT_NE(family, nullptr);
  const std::vector<std::string> labels{std::string(version()), std::string(revision()),
                                        std::string(compiler())};
  EXPECT_EQ(family->samples.begin()->first, labels);
}

TEST_F(SelfCollectorTest, ReportsReloads) {
  reload_->last_success = SystemTime(std::chrono::seconds(1'800'000'000));
  EXPECT_EQ(value(collect(), "clawvigil_config_last_reload_successful"), 1);
  reload_->successful = false;
  const Batch batch = collect();
  EXPECT_EQ(value(batch, "clawvigil_config_last_reload_successful"), 0);
  EXPECT_EQ(value(batch, "clawvigil_config_last_reload_success_timestamp_seconds"), 1'800'000'000);
}

TEST_F(SelfCollectorTest, ReportsHomesAndThoseThatCannotBeWatched) {
  homes_.resize(2);
  auto list = std::make_shared<HomeList>();
  list->problems.push_back({Errc::denied, "/home/claw/.openclaw: permission denied"});
  registry_->replace(list);
  const Batch batch = collect();
  EXPECT_EQ(value(batch, "clawvigil_openclaw_homes"), 2);
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns()[0].reason, Errc::denied);
}

TEST_F(SelfCollectorTest, AStoreInMemoryIsNotPersistent) {
  EXPECT_EQ(value(collect(), "clawvigil_storage_persistent"), 0);
}

}  // namespace
}  // namespace clawvigil
