#include "exporter/cli/batch_series.h"

#include <bit>

#include "exporter/base/milliseconds.h"

namespace clawvigil::cli {

void BatchSeries::change(Sample& sample, promql::TimeMs time, double value) {
  auto& changes = sample.changes;
  const auto bits = [](double number) { return std::bit_cast<std::uint64_t>(number); };
  if (is_full() || (!changes.empty() && bits(changes.back().value) == bits(value))) return;
  changes.push_back({time, value});
  ++changes_;
}

void BatchSeries::add(SystemTime time, const Batch& batch) {
  const promql::TimeMs at = to_milliseconds(time);
  ++batches_;
  for (const auto& [name, family] : batch.families()) {
    if (!wanted_(name)) continue;
    Kept& kept = families_.try_emplace(name, Kept{family.info, {}}).first->second;
    for (const auto& [labels, value] : family.samples) {
      Sample& sample = kept.samples[labels];
      sample.seen = batches_;
      change(sample, at, value);
    }
  }
  for (auto& [name, kept] : families_) {
    for (auto& [labels, sample] : kept.samples) {
      if (sample.seen != batches_) change(sample, at, promql::stale_marker());
    }
  }
}

void BatchSeries::finish(const alerts::RecordedHistory::MakeLabels& make_labels,
                         std::vector<alerts::RecordedHistory::Series>& series) {
  for (auto& [name, kept] : families_) {
    for (auto& [values, sample] : kept.samples) {
      if (sample.changes.empty()) continue;
      std::vector<promql::Label> labels;
      for (std::size_t i = 0; i < values.size(); ++i) {
        labels.push_back({std::string(kept.info.labels[i]), values[i]});
      }
      series.push_back({make_labels(name, std::move(labels)), std::move(sample.changes)});
    }
  }
  families_.clear();
}

}  // namespace clawvigil::cli
