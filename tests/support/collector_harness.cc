#include "tests/support/collector_harness.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <limits>

#include "tests/support/host_fixture.h"

namespace clawvigil::test {

store::Store CollectorHarness::reopened_store() const {
  return store::Store::open(directory_ / "state", clock.now().wall);
}

const Home& CollectorHarness::add_home(const std::string& label) {
  const auto path = home_path(label);
  std::filesystem::create_directories(path);
  auto dir = root_.anchor(path.string());
  if (!dir) ADD_FAILURE() << dir.error().message;
  const auto stat = dir->stat(".");
  homes_.push_back(
      {label, path.string(), stat->uid, std::make_shared<const host::Dir>(std::move(*dir))});
  return homes_.back();
}

Result<> CollectorHarness::try_run(Collector& collector, Batch& out) {
  const Instant now = clock.now();
  const Context context{root_, config, homes_, store_, now, clock, now.steady + deadline, {}};
  auto result = collector.collect(context, out);
  expect_declared(collector, out);
  return result;
}

void CollectorHarness::with_context(const std::function<void(const Context&)>& use) {
  const Instant now = clock.now();
  use(Context{root_, config, homes_, store_, now, clock, now.steady + deadline, {}});
}

Batch CollectorHarness::run(Collector& collector) {
  Batch out;
  if (const auto result = try_run(collector, out); !result) {
    ADD_FAILURE() << to_string(result.error().code) << ": " << result.error().message;
  }
  return out;
}

bool has(const Batch& batch, std::string_view family, const std::vector<std::string>& labels) {
  const Family* found = batch.find(family);
  return found != nullptr && found->samples.contains(labels);
}

double value(const Batch& batch, std::string_view family, const std::vector<std::string>& labels) {
  if (!has(batch, family, labels)) {
    ADD_FAILURE() << "no sample of " << family;
    return std::numeric_limits<double>::quiet_NaN();
  }
  return batch.find(family)->samples.at(labels);
}

}  // namespace clawvigil::test
