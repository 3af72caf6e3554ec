#include "exporter/cli/spend_unusual.h"

#include <algorithm>

#include "collectors/spend/anomaly.h"

namespace clawvigil::cli {

namespace {

using std::chrono::days;

// Less is not worth a mark, whatever is usual.
constexpr double kLeastUsd = 1;

// What there was before, for as long as the detector knows too little: far beyond the highest ever
// is unusual whatever the rhythm.
class Before {
 public:
  [[nodiscard]] bool exceeded_by(double usd) const {
    constexpr int kLeastPeriods = 14;
    constexpr double kFar = 3;
    return periods_ >= kLeastPeriods && usd > kFar * highest_;
  }
  [[nodiscard]] double mean() const { return sum_ / periods_; }
  void add(double usd) {
    ++periods_;
    sum_ += usd;
    highest_ = std::max(highest_, usd);
  }

 private:
  int periods_ = 0;
  double sum_ = 0;
  double highest_ = 0;
};

}  // namespace

Duration past_worth_reading(SpendBy unit) { return unit == SpendBy::hour ? days(56) : days(112); }

void mark_unusual(std::vector<SpendRow>& rows, std::span<const usage::HourAmount> hours,
                  SystemTime first, SpendBy unit, const host::TimeZone& zone) {
  if (rows.empty() || (unit != SpendBy::hour && unit != SpendBy::day)) return;
  const double seconds = unit == SpendBy::hour ? 3600.0 : 86'400.0;
  spend::Detector detector(
      {.step_seconds = seconds, .memory = 16'384, .only_up = true, .least = kLeastUsd});
  auto row = rows.begin();
  const SystemTime until = *rows.back().end;
  auto next = hours.begin();
  std::int64_t number = 0;
  Before before;
  for (SystemTime at = first; at < until; ++number) {
    // A day is a day, whether it has 23 hours or 25.
    const SystemTime end =
        unit == SpendBy::hour ? at + std::chrono::hours(1) : zone.period_of(unit_of(unit), at).end;
    double usd = 0;
    for (; next != hours.end() && usage::begin_of_hour(next->hour) < end; ++next) {
      if (usage::begin_of_hour(next->hour) >= at) usd += next->amount.usd;
    }
    const auto found = detector.learn(static_cast<double>(number) * seconds, usd);
    at = end;
    const bool exceeds = !found.known && before.exceeded_by(usd);
    const double usual = exceeds ? before.mean() : found.usual;
    before.add(usd);
    if (row == rows.end() || *row->begin >= end) continue;
    const bool unusual = exceeds || (found.known && found.score >= spend::kAlarm);
    if (unusual && usd > usual + kLeastUsd) row->unusual = UnusualSpend{usual, found.score};
    ++row;
  }
}

}  // namespace clawvigil::cli
