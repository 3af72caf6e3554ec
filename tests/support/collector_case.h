// Runs a collector over a case directory: tests/collectors/<collector>/<case>/
//   home/        the state directory; home/state.sql becomes state/openclaw.sqlite
//   metrics.txt  what /metrics would show, then one line per unknown
// With CLAWVIGIL_UPDATE_GOLDENS=1 in the environment metrics.txt is rewritten instead of compared.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/collect/collector.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

// A private copy of the home of a case, so that databases can be made in it.
class CaseHome {
 public:
  // `name` as in "gateway/onboard-2026.9.6".
  explicit CaseHome(const std::string& name);

  [[nodiscard]] std::filesystem::path path() const { return directory_.path(); }
  [[nodiscard]] Home home(const host::Root& root) const;

 private:
  TempDir directory_;
};

// One run of `collector` over `homes` as of 2026-11-21T23:00:00Z; an error fails the test.
std::shared_ptr<const Batch> run_case(Collector& collector, const std::vector<Home>& homes,
                                      SteadyTime now = SteadyTime{});

[[nodiscard]] std::string render_case(const std::shared_ptr<const Batch>& batch);

// Every case of `collector_name`; `make` builds a fresh collector for each.
void check_all_cases(const std::string& collector_name,
                     const std::function<std::unique_ptr<Collector>()>& make);

}  // namespace clawvigil::test
