// The bundled rules over 2,000 series, a third of them counters that rules look back on: the CPU
// time of an evaluation in which every value has changed, of one in which a single family has, of
// one in which nothing has, and the size of the history after an hour. Wall time beside it, which
// on a busy machine says little.
//
//   rules        prints milliseconds and bytes; exit 1 beyond 5 ms or 4 MB, 2 when out of date
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <iostream>

#include "alerts/engine/engine.h"
#include "alerts/engine/history.h"
#include "collectors/registry.h"

namespace {

using namespace clawvigil;

constexpr std::size_t kMany = 2000;
constexpr Metric kTokens{MetricType::counter,
                         "clawvigil_model_tokens_total",
                         "As the collector has it.",
                         {"home", "provider", "model", "agent", "token_type"},
                         kMany};
constexpr Metric kRequests{MetricType::counter,
                           "clawvigil_model_requests_total",
                           "As the collector has it.",
                           {"home", "provider", "model", "agent"},
                           kMany};
constexpr Metric kFailed{MetricType::counter,
                         "clawvigil_model_requests_failed_total",
                         "As the collector has it.",
                         {"home", "provider", "model", "agent"},
                         kMany};
constexpr Metric kUnpriced{MetricType::counter,
                           "clawvigil_model_unpriced_tokens_total",
                           "As the collector has it.",
                           {"home", "provider", "model"},
                           kMany};
constexpr Metric kSpend{MetricType::gauge,
                        "clawvigil_spend_usd",
                        "As the collector has it.",
                        {"home", "window"},
                        kMany};
constexpr Metric kEnabled{MetricType::gauge,
                          "clawvigil_channel_enabled",
                          "As the collector has it.",
                          {"home", "channel", "account"},
                          kMany};
constexpr Metric kOpen{MetricType::gauge,
                       "clawvigil_channel_dm_open",
                       "As the collector has it.",
                       {"home", "channel", "account"},
                       kMany};
constexpr Metric kSenders{MetricType::gauge,
                          "clawvigil_channel_allowed_senders",
                          "As the collector has it.",
                          {"home", "channel", "source"},
                          kMany};
constexpr Metric kListening{MetricType::info,
                            "clawvigil_listening_socket_info",
                            "As the collector has it.",
                            {"protocol", "port", "scope", "unit", "user", "expected"},
                            kMany};
constexpr Metric kUnsafe{MetricType::gauge,
                         "clawvigil_files_unsafe",
                         "As the collector has it.",
                         {"home", "object"},
                         kMany};

constexpr Metric kNews{MetricType::counter,
                       "clawvigil_config_reloads_failed_total",
                       "Beside the others.",
                       {"part"},
                       kMany};

// `tick` changes every value. 2,000 series in all.
std::shared_ptr<const Batch> batch_of(int tick) {
  auto batch = std::make_shared<Batch>();
  const auto add = [&](const auto& metric, int count, double value, auto make) {
    for (int i = 0; i < count; ++i) make(metric, value + i, std::to_string(i));
  };
  const std::string home = "claw";
  add(kTokens, 300, tick * 100.0, [&](const auto& m, double v, const std::string& n) {
    batch->set(m, v, home, "anthropic", "model" + n, "main", "input");
  });
  add(kRequests, 150, tick, [&](const auto& m, double v, const std::string& n) {
    batch->set(m, v, home, "anthropic", "model" + n, "main");
  });
  const int slow_tick = tick / 10;
  add(kFailed, 150, slow_tick, [&](const auto& m, double v, const std::string& n) {
    batch->set(m, v, home, "anthropic", "model" + n, "main");
  });
  add(kUnpriced, 100, tick, [&](const auto& m, double v, const std::string& n) {
    batch->set(m, v, home, "anthropic", "model" + n);
  });
  add(kSpend, 200, tick * 0.001, [&](const auto& m, double v, const std::string& n) {
    batch->set(m, v * 0.01, home + n, "1h");
  });
  add(kEnabled, 200, tick, [&](const auto& m, double v, const std::string& n) {
    batch->set(m, v, home, "telegram", n);
  });
  add(kOpen, 300, tick, [&](const auto& m, double v, const std::string& n) {
    batch->set(m, v + 2, home, "telegram", n);
  });
  add(kSenders, 200, tick, [&](const auto& m, double v, const std::string& n) {
    batch->set(m, v, home, "channel" + n, "config");
  });
  add(kListening, 200, 1, [&](const auto& m, double, const std::string& n) {
    batch->set(m, 1, "tcp", n, "loopback", "unit" + std::to_string(tick % 2), "root", "true");
  });
  add(kUnsafe, 200, 0, [&](const auto& m, double, const std::string& n) {
    batch->set(m, 0, home + n, "state_dir");
  });
  return batch;
}

bool up_to_date(const Batch& batch) {
  for (const auto& [name, family] : batch.families()) {
    bool same = false;
    for (const CollectorInfo* const collector : collector_infos()) {
      for (const MetricInfo& metric : collector->metrics) {
        if (metric.name == name) same = std::ranges::equal(metric.labels, family.info.labels);
      }
    }
    if (!same) std::cerr << name << " has other labels now\n";
    if (!same) return false;
  }
  return true;
}

// One collector alone has news.
Snapshot with_news(Snapshot snapshot, int tick) {
  auto news = std::make_shared<Batch>();
  news->set(kNews, tick, "config");
  snapshot.collectors.front().batch = news;
  snapshot.batches.push_back(std::move(news));
  return snapshot;
}

Snapshot snapshot_of(const std::shared_ptr<const Batch>& batch) {
  Snapshot snapshot;
  for (const CollectorInfo* const info : collector_infos()) {
    CollectorState state;
    state.info = info;
    state.ran = state.success = true;
    state.batch = batch;
    snapshot.collectors.push_back(std::move(state));
  }
  snapshot.batches.push_back(batch);
  return snapshot;
}

// Milliseconds of CPU that this thread has used.
double cpu_milliseconds() {
  std::timespec time{};
  static_cast<void>(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time));
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

struct Times {
  std::vector<double> cpu;
  std::vector<double> wall;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main() {
  const auto rules = alerts::load_rules({}, {});
  if (!rules || !up_to_date(*batch_of(0))) return 2;
  alerts::EngineOptions options;
  options.instance = "127.0.0.1:9842";
  const auto infos = collector_infos();
  options.collectors.assign(infos.begin(), infos.end());
  alerts::Engine engine(*rules, std::move(options));
  Times changed;
  Times single;
  Times unchanged;
  Instant now{SystemTime(std::chrono::hours(490'000)), SteadyTime(std::chrono::hours(1))};
  const auto timed = [&](const Snapshot& snapshot, Times& out, int advance) {
    const auto begin = std::chrono::steady_clock::now();
    const double cpu = cpu_milliseconds();
    engine.evaluate(snapshot, now);
    out.cpu.push_back(cpu_milliseconds() - cpu);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    out.wall.push_back(took.count());
    now.wall += std::chrono::seconds(advance);
    now.steady += std::chrono::seconds(advance);
  };
  constexpr int kSamplings = 245;  // an hour and more, one every 15 s
  for (int sampling = 0; sampling < kSamplings; ++sampling) {
    const Snapshot snapshot = snapshot_of(batch_of(sampling));
    timed(snapshot, changed, 1);
    timed(with_news(snapshot, sampling), single, 1);
    timed(with_news(snapshot, sampling + 1), single, 1);
    timed(snapshot, unchanged, 12);
  }
  const double all = median({changed.cpu.end() - 20, changed.cpu.end()});
  const double wall = median({changed.wall.end() - 20, changed.wall.end()});
  std::size_t series = 0;
  const auto last = batch_of(0);
  for (const auto& [name, family] : last->families()) series += family.samples.size();
  std::printf(
      "%zu rules, %zu series: all changed %.3f ms of CPU (wall %.3f), one family changed %.3f ms "
      "(wall %.3f), nothing changed %.3f ms (wall %.3f), history %zu bytes\n",
      (*rules)->size(), series, all, wall, median(single.cpu), median(single.wall),
      median(unchanged.cpu), median(unchanged.wall), engine.history_bytes());
  constexpr double kMostMilliseconds = 5;
  return all < kMostMilliseconds && engine.history_bytes() < alerts::kMaxHistoryBytes ? 0 : 1;
}
