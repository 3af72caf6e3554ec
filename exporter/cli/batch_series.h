// Batches of one collector, one after the other, as series: what a recorder would have written.
#pragma once

#include <cstdint>
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
  struct Sample {
    std::vector<promql::Point> changes;
    std::uint64_t seen = 0;  // the batch that last had it
  };
  struct Kept {
    MetricInfo info;
    std::map<std::vector<std::string>, Sample> samples;  // by label values
  };
  void change(Sample& sample, promql::TimeMs time, double value);

  std::function<bool(std::string_view family)> wanted_;
  std::map<std::string_view, Kept> families_;
  std::uint64_t batches_ = 0;
  std::size_t changes_ = 0;
};

}  // namespace clawvigil::cli
