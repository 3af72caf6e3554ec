// Reads the transcripts of one home with the usage collector, as the daemon does: the state
// database on disk, runs of at most the collector's deadline, until the history is complete.
//
//   ingest HOME STATE_DIRECTORY
//
// Prints one line of JSON: seconds, bytes, sums and the highest resident size.
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>

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
Result<long> max_resident_kb(const host::Root& root) {
  constexpr std::size_t kLimit = 16UL * 1024;
  constexpr std::string_view kField = "VmHWM:";
  TRY_ASSIGN(const std::string status, root.read_system_file("/proc/self/status", kLimit));
  const std::size_t at = status.find(kField);
  if (at == std::string::npos) return fail(Errc::not_found, "/proc/self/status has no VmHWM");
  return std::strtol(status.c_str() + at + kField.size(), nullptr, 10);
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

Result<nlohmann::json> ingest(const std::string& home, const std::string& state) {
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
    const Instant now = clock.now();
    Batch batch;
    TRY(collector->collect({root, config, homes.homes, store, now, clock,
                            now.steady + collector->info().deadline, std::stop_token()},
                           batch));
    if (sum_of(batch, "clawvigil_usage_history_complete") < 1) continue;
    nlohmann::json result = describe(batch);
    TRY_ASSIGN(result["max_resident_kb"], max_resident_kb(root));
    result["seconds"] = to_seconds(clock.now().steady - start.steady);
    return result;
  }
}

}  // namespace
}  // namespace clawvigil

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 3) {
    std::cerr << "Usage: ingest HOME STATE_DIRECTORY\n";
    return 2;
  }
  try {
    const auto result = clawvigil::ingest(arguments[1], arguments[2]);
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
