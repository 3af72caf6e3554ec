// Reads the transcripts of one home with the usage collector, as the daemon does: the state
// database on disk, runs of at most the collector's deadline, until the history is complete.
//
//   ingest HOME STATE_DIRECTORY [SECONDS]
//
// Prints one line of JSON: seconds, CPU time, bytes, sums and the highest resident size. With
// SECONDS it goes on in the collector's interval for so long: CPU time of a run, bytes read, the
// greatest lag.
#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <thread>
#include <vector>

#include "collectors/usage.h"

namespace clawvigil {
namespace {

double sum_of(const Batch& batch, std::string_view name, std::string_view label = {}) {
  const Family* const family = batch.find(name);
  if (family == nullptr) return 0;
  double sum = 0;
  for (const auto& [labels, value] : family->samples) {
    if (label.empty() || labels.back() == label) sum += value;
  }
  return sum;
}

// The kernel's "VmHWM:     7116 kB"; what getrusage() tells includes the program that started this.
Result<long> status_kb(const host::Root& root, std::string_view field) {
  constexpr std::size_t kLimit = 16UL * 1024;
  TRY_ASSIGN(const std::string status, root.read_system_file("/proc/self/status", kLimit));
  const std::size_t at = status.find(field);
  if (at == std::string::npos) return fail(Errc::not_found, "/proc/self/status lacks a field");
  return std::strtol(status.c_str() + at + field.size(), nullptr, 10);
}

nlohmann::json describe(const Batch& batch) {
  const auto tokens = [&](std::string_view type) {
    return std::llround(sum_of(batch, "clawvigil_model_tokens_total", type));
  };
  return {{"bytes", std::llround(sum_of(batch, "clawvigil_usage_ingested_bytes_total"))},
          {"requests", std::llround(sum_of(batch, "clawvigil_model_requests_total"))},
          {"failed", std::llround(sum_of(batch, "clawvigil_model_requests_failed_total"))},
          {"input", tokens("input")},
          {"output", tokens("output")},
          {"cacheRead", tokens("cache_read")},
          {"cacheWrite", tokens("cache_write")}};
}

Result<> one_run(Collector& collector, const Config& config, const host::Root& root,
                 const HomeList& homes, store::Store& store, Batch& batch) {
  const SystemClock clock;
  const Instant now = clock.now();
  return collector.collect({root, config, homes.homes, store, now, clock,
                            now.steady + collector.info().deadline, std::stop_token()},
                           batch);
}

Result<nlohmann::json> ingest(const std::string& home, const std::string& state, int follow) {
  const SystemClock clock;
  const Instant start = clock.now();
  const Config config;
  TRY_ASSIGN(const host::Root root, host::Root::open("/"));
  TRY_ASSIGN(const HomeList homes, find_homes(root, {home}));
  if (homes.homes.empty()) return fail(Errc::not_found, homes.problems.at(0).message);
  store::Store store = store::Store::open(state, start.wall);
  if (store.problem()) return std::unexpected(*store.problem());
  const std::unique_ptr<Collector> collector = make_usage_collector();
  while (true) {
    Batch batch;
    TRY(one_run(*collector, config, root, homes, store, batch));
    if (sum_of(batch, "clawvigil_usage_history_complete") < 1) continue;
    nlohmann::json result = describe(batch);
    TRY_ASSIGN(result["max_resident_kb"], status_kb(root, "VmHWM:"));
    result["seconds"] = to_seconds(clock.now().steady - start.steady);
    result["cpu"] = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
    static_cast<void>(::malloc_trim(0));  // as the daemon does
    TRY_ASSIGN(result["resident_kb"], status_kb(root, "VmRSS:"));
    std::vector<double> cpu;
    double lag = 0;
    const auto end = clock.now().steady + std::chrono::seconds(follow);
    while (clock.now().steady < end) {
      std::this_thread::sleep_for(collector->info().interval);
      const std::clock_t before = std::clock();
      Batch next;
      TRY(one_run(*collector, config, root, homes, store, next));
      cpu.push_back(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC);
      lag = std::max(lag, sum_of(next, "clawvigil_usage_ingest_lag_seconds"));
      result["bytes"] = std::llround(sum_of(next, "clawvigil_usage_ingested_bytes_total"));
    }
    if (cpu.empty()) return result;
    std::ranges::sort(cpu);
    result["run_cpu"] = cpu;
    result["greatest_lag"] = lag;
    TRY_ASSIGN(result["max_resident_kb"], status_kb(root, "VmHWM:"));
    return result;
  }
}

}  // namespace
}  // namespace clawvigil

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() < 3 || arguments.size() > 4) {
    std::cerr << "Usage: ingest HOME STATE_DIRECTORY [SECONDS]\n";
    return 2;
  }
  try {
    const int follow = arguments.size() == 4 ? std::stoi(arguments[3]) : 0;
    const auto result = clawvigil::ingest(arguments[1], arguments[2], follow);
    if (result) {
      std::cout << *result << "\n";
      return 0;
    }
    std::cerr << "ingest: " << result.error().message << "\n";
  } catch (const std::exception& exception) {
    std::cerr << "ingest: " << exception.what() << "\n";
  }
  return 1;
}
