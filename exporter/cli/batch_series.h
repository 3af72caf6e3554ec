// Batches of one collector, one after the other, as series: what a recorder would have written.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/engine/recorded_history.h"
#include "exporter/base/clock.h"
#include "exporter/model/batch.h"

namespace clawvigil::cli {

class BatchSeries {
 public:
  // `wanted`: the families to keep. At most `kMaxChanges` changes; what would be beyond is left
  // out, and is_full() says so.
  static constexpr std::size_t kMaxChanges = 8'000'000;  // 128 MB
  explicit BatchSeries(std::function<bool(std::string_view family)> wanted)
      : wanted_(std::move(wanted)) {}

  void add(SystemTime time, const Batch& batch);  // times ascend
  [[nodiscard]] bool is_full() const { return changes_ >= kMaxChanges; }
  // Moves them to the end of `series`.
  void finish(const alerts::RecordedHistory::MakeLabels& make_labels,
              std::vector<alerts::RecordedHistory::Series>& series);

 private:
  using Changes = std::vector<promql::Point>;
  using Samples = std::map<std::vector<std::string>, double>;  // by label values
  struct Kept {
    MetricInfo info;
    std::map<std::vector<std::string>, Changes> samples;
  };
  void take(Kept& kept, const Samples& samples, promql::TimeMs at);
  void change(Changes& changes, promql::TimeMs time, double value);

  std::function<bool(std::string_view family)> wanted_;
  std::map<std::string_view, Kept> families_;
  std::size_t changes_ = 0;
};

}  // namespace clawvigil::cli
