#include "exporter/cli/batch_series.h"

#include <bit>

#include "exporter/base/milliseconds.h"

namespace clawvigil::cli {

void BatchSeries::change(Changes& changes, promql::TimeMs time, double value) {
  const auto bits = [](double number) { return std::bit_cast<std::uint64_t>(number); };
  if (is_full() || (!changes.empty() && bits(changes.back().value) == bits(value))) return;
  changes.push_back({time, value});
  ++changes_;
}

void BatchSeries::add(SystemTime time, const Batch& batch) {
  for (const auto& [name, family] : batch.families()) {
    if (wanted_(name)) families_.try_emplace(name, Kept{family.info, {}});
  }
  static const Samples kNone;
  const promql::TimeMs at = to_milliseconds(time);
  for (auto& [name, kept] : families_) {
    const Family* const family = batch.find(name);
    take(kept, family == nullptr ? kNone : family->samples, at);
  }
}

// Both are in the same order, and nearly always have the same labels.
void BatchSeries::take(Kept& kept, const Samples& samples, promql::TimeMs at) {
  auto next = kept.samples.begin();
  const auto end = [&] { change((next++)->second, at, promql::stale_marker()); };
  for (const auto& [labels, value] : samples) {
    while (next != kept.samples.end() && next->first < labels) end();
    if (next == kept.samples.end() || next->first != labels) {
      next = kept.samples.try_emplace(next, labels);
    }
    change((next++)->second, at, value);
  }
  while (next != kept.samples.end()) end();
}

void BatchSeries::finish(const alerts::RecordedHistory::MakeLabels& make_labels,
                         std::vector<alerts::RecordedHistory::Series>& series) {
  for (auto& [name, kept] : families_) {
    for (auto& [values, changes] : kept.samples) {
      if (changes.empty()) continue;
      std::vector<promql::Label> labels;
      labels.reserve(values.size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        labels.push_back({std::string(kept.info.labels[i]), values[i]});
      }
      series.push_back({make_labels(name, std::move(labels)), std::move(changes)});
    }
  }
  families_.clear();
}

}  // namespace clawvigil::cli
