// A temporary tree to be the machine's root in a test, and a Context around it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/collect/collector.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

class HostFixture {
 public:
  // `absolute` is a path as the program sees it, below the temporary root.
  [[nodiscard]] std::string real(std::string_view absolute) const;
  // Both create missing parents and set exactly this mode.
  void write(std::string_view absolute, std::string_view content, mode_t mode = 0644) const;
  void mkdir(std::string_view absolute, mode_t mode = 0755) const;
  // Creates what a listing says: one `-rw-r--r-- <size> ./path` a line (directories first).
  void replay_listing(std::string_view absolute, std::string_view listing) const;

  [[nodiscard]] const host::Root& root() const { return root_; }

 private:
  TempDir directory_;
  host::Root root_ = host::Root::open(directory_.path()).value();
};

// Runs the collector once, as of `now`, and renders what it exports without HELP and TYPE lines.
struct RunResult {
  Result<> result;
  std::shared_ptr<const Batch> batch;
  std::string text;
  std::vector<Unknown> unknowns;
};
[[nodiscard]] RunResult run_collector(Collector& collector, const host::Root& root,
                                      const std::vector<Home>& homes, const Config& config = {},
                                      Instant now = SystemClock().now());

// Fails the test for every family the collector's info does not declare.
void expect_declared(const Collector& collector, const Batch& batch);

// Homes found below the fixture's root; a failure is a test failure.
[[nodiscard]] std::vector<Home> homes_of(const host::Root& root,
                                         const std::vector<std::string>& configured = {});

}  // namespace clawvigil::test
