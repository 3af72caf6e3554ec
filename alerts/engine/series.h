// The samples of the current snapshot as PromQL series, with job and instance added as a Prometheus
// would. Only the families that rules mention are kept; a series keeps its Labels as long as it
// lives, so an evaluation allocates nothing for what did not change.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/promql/labels.h"
#include "alerts/promql/source.h"
#include "exporter/collect/hub.h"

namespace clawvigil::alerts {

struct LiveSeries {
  promql::Labels labels;
  double value = 0;
};

struct LiveFamily {
  std::shared_ptr<const Batch> batch;  // it came from; nullptr: the family is not there
  std::vector<LiveSeries> series;
  std::uint64_t changed = 0;  // number of the update that changed a series or a value
};

// What a selector selects: a metric by name, or, without such a matcher, whatever fits.
[[nodiscard]] std::string_view metric_of(std::span<const promql::Matcher> matchers);

class LiveView {
 public:
  LiveView(std::string job, std::string instance);

  // Which families update() keeps from now on; "" means all.
  void watch(std::set<std::string, std::less<>> metrics);
  // Takes over the snapshot's samples.
  void update(const Snapshot& snapshot);

  [[nodiscard]] const LiveFamily* find(std::string_view metric) const;
  [[nodiscard]] const std::map<std::string, LiveFamily, std::less<>>& families() const {
    return families_;
  }
  [[nodiscard]] std::uint64_t update_number() const { return updates_; }
  // The families that the last update() changed; valid until the next, or watch().
  [[nodiscard]] std::span<const std::string_view> changed() const { return changed_; }
  // Calls `visit` for every series that matches.
  void select(std::span<const promql::Matcher> matchers,
              const std::function<void(const LiveSeries&)>& visit) const;
  // The labels of a recorded series as this view would give them.
  [[nodiscard]] promql::Labels labels(std::string_view metric,
                                      std::vector<promql::Label> labels) const;

 private:
  void take(LiveFamily& live, const Family& family) const;

  std::string job_;
  std::string instance_;
  std::set<std::string, std::less<>> watched_;
  std::map<std::string, LiveFamily, std::less<>> families_;
  std::vector<std::shared_ptr<const Batch>> taken_;  // of the last update
  std::uint64_t updates_ = 0;
  std::vector<std::string_view> changed_;
};

}  // namespace clawvigil::alerts
