// Audits a history as the workspace collector does.
//
//   workspace_audit HOME
//
// HOME/workspace/git is a repository that was there when clawvigil came, or appears later: it is
// moved to .git either before the first run or after. Prints one line of JSON: seconds, commits and
// files of each way, seconds and CPU of a run when nothing is new.
#include <sys/resource.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>

#include "collectors/workspace.h"
#include "collectors/workspace_families.h"

namespace clawvigil {
namespace {

using namespace workspace_families;

double cpu_seconds() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
      sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    }
  }
  return sum;
}

double total(const Batch& batch, std::string_view family) {
  double sum = 0;
  const Family* const found = batch.find(family);
  if (found == nullptr) return 0;
  for (const auto& [labels, value] : found->samples) sum += value;
  return sum;
}

class Bench {
 public:
  explicit Bench(const std::string& home) : path_(home), root_(*host::Root::open("/")) {
    home_.dir = std::make_shared<const host::Dir>(*root_.anchor(home));
    home_.label = "claw";
    home_.path = home;
    home_.uid = home_.dir->stat(".")->uid;
  }

  Result<nlohmann::json> run() {
    TRY_ASSIGN(const nlohmann::json old, audit(true));
    TRY_ASSIGN(nlohmann::json result, audit(false));
    result["old"] = old;
    return result;
  }

 private:
  Result<nlohmann::json> audit(bool there_at_first) {
    std::filesystem::remove_all(path_ + "/workspace/.git");
    store::Store store = store::Store::in_memory();
    const auto collector = make_workspace_collector();
    if (!there_at_first) TRY(collect(*collector, store));
    std::filesystem::copy(path_ + "/workspace/git", path_ + "/workspace/.git",
                          std::filesystem::copy_options::recursive);
    const SteadyTime start = clock_.now().steady;
    const double cpu = cpu_seconds();
    Batch batch;
    int runs = 0;
    do {
      TRY_ASSIGN(batch, collect(*collector, store));
      ++runs;
    } while (!batch.unknowns().empty());
    const double seconds = to_seconds(clock_.now().steady - start);
    const double used = cpu_seconds() - cpu;
    const SteadyTime idle = clock_.now().steady;
    const double before = cpu_seconds();
    TRY(collect(*collector, store));
    return nlohmann::json{{"seconds", seconds},
                          {"cpu_seconds", used},
                          {"runs", runs},
                          {"commits", total(batch, kCommits.name())},
                          {"files", total(batch, kChanges.name())},
                          {"idle_seconds", to_seconds(clock_.now().steady - idle)},
                          {"idle_cpu_seconds", cpu_seconds() - before}};
  }

  Result<Batch> collect(Collector& collector, store::Store& store) {
    const Instant now = clock_.now();
    const Context context{
        root_, config_, {&home_, 1}, store, now, clock_, now.steady + std::chrono::hours(1), {}};
    Batch batch;
    TRY(collector.collect(context, batch));
    for (const Unknown& one : batch.unknowns()) {
      if (one.reason != Errc::busy) return fail(one.reason, one.detail);
    }
    return batch;
  }

  std::string path_;
  host::Root root_;
  Home home_;
  Config config_;
  SystemClock clock_;
};

}  // namespace
}  // namespace clawvigil

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 2) {
    std::cerr << "Usage: workspace_audit HOME\n";
    return 2;
  }
  try {
    const auto result = clawvigil::Bench(arguments[1]).run();
    if (result) {
      std::cout << *result << "\n";
      return 0;
    }
    std::cerr << "workspace_audit: " << result.error().message << "\n";
  } catch (const std::exception& exception) {
    std::cerr << "workspace_audit: " << exception.what() << "\n";
  }
  return 1;
}
