#include "bench/spend/peers.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace clawvigil::spend {
namespace {

constexpr int kHour = 60;
constexpr int kDayLong = 24 * kHour;
constexpr int kWeek = 7 * kDayLong;
constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

Series constant(const Series& like, double value) { return Series(like.size(), value); }

Series sum_of(const Series& a, const Series& b, double factor) {
  return combine(a, b, [=](double x, double y) { return x + factor * y; });
}

// Both frameworks take only samples above zero.
Series above_zero(Series series) {
  for (double& value : series) {
    if (!(value > 0)) value = kAbsent;
  }
  return series;
}

Series median_of_three(const Series& a, const Series& b, const Series& c) {
  Series result(a.size(), kAbsent);
  std::vector<double> there;
  for (std::size_t at = 0; at < a.size(); ++at) {
    there.clear();
    for (const double value : {a[at], b[at], c[at]}) {
      if (!std::isnan(value)) there.push_back(value);
    }
    std::ranges::sort(there);
    if (there.size() == 2) {
      result[at] = (there[0] + there[1]) / 2;
    } else if (!there.empty()) {
      result[at] = there[there.size() / 2];
    }
  }
  return result;
}

// median_seasonality + 2 * mad_seasonality of one look-back.
Series robust_season(const Series& select, int minutes) {
  const Series then = offset(select, minutes);
  const Series median = median_over_time(then, kHour);
  const Series deviation =
      combine(then, median, [](double x, double y) { return std::abs(x - y); });
  return sum_of(median, median_over_time(deviation, kHour), 2);
}

Series adaptive_season(const Series& select, int minutes) {
  const Series then = offset(select, minutes);
  return sum_of(avg_over_time(then, kHour), stddev_over_time(then, kHour), 2);
}

}  // namespace

std::vector<Alarms> static_thresholds(const Counters& counters) {
  const auto above = [](const Series& series, double bound) {
    return firing(series, constant(series, bound), 0);
  };
  return {{"usd_hour", above(increase(counters.cost, kHour), 2e6)},
          {"usd_day", above(increase(counters.cost, kDayLong), 10e6)},
          {"tokens_2m", above(increase(counters.tokens, 2), 10'000)}};
}

Alarms z_score(const Series& counter, int for_minutes) {
  const Series rate = increase(counter, 5);
  const Series score = combine(combine(rate, avg_over_time(rate, kWeek), std::minus<>{}),
                               stddev_over_time(rate, kWeek), std::divides<>{});
  return {"z_score", firing(score, constant(score, 3), for_minutes)};
}

Alarms z_score_of_season(const Series& counter) {
  const Series rate = increase(counter, 5);
  const Series mean = avg_over_time(rate, kWeek);
  const Series around = avg_over_time(rate, 4 * kHour);
  const auto prediction = [&](int weeks) {
    const Series then = offset(around, weeks * kWeek - 2 * kHour);
    return combine(sum_of(then, mean, 1), offset(mean, weeks * kWeek), std::minus<>{});
  };
  const Series expected = median_of_three(prediction(1), prediction(2), prediction(3));
  const Series score = combine(combine(rate, expected, std::minus<>{}),
                               stddev_over_time(rate, kWeek), std::divides<>{});
  return {"z_score_of_season", firing(score, constant(score, 2), 10)};
}

Alarms robust_bands(const Series& counter) {
  const Series select = above_zero(increase(counter, 5));
  const Series median = median_over_time(select, kDayLong);
  const Series deviation =
      combine(select, median, [](double x, double y) { return std::abs(x - y); });
  const Series usual = last_over_time(median, 2);
  const Series narrow = sum_of(usual, last_over_time(median_over_time(deviation, kDayLong), 2), 2);
  const Series margin = sum_of(usual, usual, 0.5);
  const Series season =
      max_of(robust_season(select, kWeek - 15), robust_season(select, kDayLong - 15));
  const Series upper = max_of(max_of(narrow, margin), last_over_time(season, 10));
  const Series level = median_over_time(select, kHour);
  return {"robust", firing(last_over_time(level, 2), last_over_time(upper, 2), 5)};
}

Alarms adaptive_bands(const Series& counter) {
  const Series select = above_zero(increase(counter, 5));
  const Series mean = avg_over_time(select, kHour);
  const Series deviation = combine(stddev_over_time(select, kHour), mean,
                                   [](double x, double y) { return x > y * 0.5 ? x : kAbsent; });
  const Series usual = last_over_time(mean, 2);
  const Series wide = sum_of(usual, last_over_time(avg_over_time(deviation, 26 * kHour), 2), 2);
  const Series margin = sum_of(usual, usual, 0.5);
  const Series season =
      max_of(adaptive_season(select, kWeek - 30), adaptive_season(select, kDayLong - 30));
  const Series upper = max_of(max_of(wide, margin), last_over_time(season, 10));
  return {"adaptive", firing(last_over_time(select, 2), last_over_time(upper, 2), 5)};
}

}  // namespace clawvigil::spend
