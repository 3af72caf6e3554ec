#include "bench/spend/ours_models.h"

#include <algorithm>

namespace clawvigil::spend_world {

void Models::add(const Row& row) {
  if (row.pace.requests == 0) return;
  hours_[row.minute / 60][row.series].add(row.totals);
  changed_ = true;
}

void Models::look(std::int64_t now) {
  if (!changed_) return;
  changed_ = false;
  const std::int64_t hour = now / 60;
  if (hour >= looked_ + 6) look_back(hour);
  recent_.clear();
  for (auto at = hours_.lower_bound(hour - spend::kNewModelHours + 1);
       at != hours_.end() && at->first <= hour; ++at) {
    for (const auto& [series, totals] : at->second) recent_.push_back({series, at->first, totals});
  }
  expensive_ = spend::new_models(recent_, past_, "");
  caches_ = spend::cache_use(recent_, hour - 1, past_, "");
}

bool Models::any_expensive(double ratio, double usd) const {
  return std::ranges::any_of(expensive_, [&](const spend::NewModel& model) {
    return model.price_ratio > ratio && model.usd > usd;
  });
}

bool Models::any_cold(double ratio, double usual) const {
  return std::ranges::any_of(caches_, [&](const auto& cache) {
    return cache.second.usual > usual && cache.second.ratio / cache.second.usual < ratio;
  });
}

void Models::look_back(std::int64_t hour) {
  looked_ = hour;
  past_.clear();
  hours_.erase(hours_.begin(), hours_.lower_bound(hour - spend::kPastHours));
  for (const auto& [at, uses] : hours_) {
    if (at >= hour - spend::kNewModelHours) break;
    for (const auto& [series, totals] : uses) past_[{"", series.agent}].add(series, at, totals);
  }
}

}  // namespace clawvigil::spend_world
