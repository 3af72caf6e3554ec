// Runs a collector as the daemon would, over OpenClaw homes in temporary directories, with a clock
// that only moves when told to.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/collect/collector.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

class CollectorHarness {
 public:
  CollectorHarness() : root_(*host::Root::open("/")), store_(reopened_store()) {}

  // Adds (or makes) <temporary directory>/<label> as an OpenClaw home.
  const Home& add_home(const std::string& label = "claw");
  [[nodiscard]] std::filesystem::path home_path(const std::string& label = "claw") const {
    return std::filesystem::path(directory_ / label);
  }
  [[nodiscard]] const TempDir& directory() const { return directory_; }

  // One run; the error of a failed run fails the test.
  Batch run(Collector& collector);
  [[nodiscard]] Result<> try_run(Collector& collector, Batch& out);
  [[nodiscard]] const Home& home() const { return homes_.front(); }
  // For a part of a collector: calls it with what a run would be handed.
  void with_context(const std::function<void(const Context&)>& use);
  // A home of another machine; see use_root.
  void add_home(Home home) { homes_.push_back(std::move(home)); }
  // Another machine than this one, for what is not below a home.
  void use_root(const std::string& path) { root_ = *host::Root::open(path); }
  // What a restart of the daemon does to the state database.
  void restart_store() { store_ = reopened_store(); }

  ManualClock clock;
  Config config;
  Duration deadline = std::chrono::hours(1);

 private:
  [[nodiscard]] store::Store reopened_store() const;

  TempDir directory_;
  host::Root root_;
  store::Store store_;
  std::vector<Home> homes_;
};

// The value of a sample; fails the test and returns NaN when there is none.
[[nodiscard]] double value(const Batch& batch, std::string_view family,
                           const std::vector<std::string>& labels = {});
[[nodiscard]] bool has(const Batch& batch, std::string_view family,
                       const std::vector<std::string>& labels = {});

}  // namespace clawvigil::test
