#include "collectors/spend/shares.h"

#include <algorithm>
#include <map>

namespace clawvigil::spend {

std::vector<Share> largest_shares(const std::vector<usage::HourOfUsage>& hours,
                                  std::int64_t from_hour, const std::string& home,
                                  std::size_t most) {
  struct Amount {
    double usd = 0;
    double tokens = 0;
  };
  std::map<usage::SeriesKey, Amount> amounts;
  Amount all;
  for (const usage::HourOfUsage& hour : hours) {
    if (hour.series.home != home || hour.hour < from_hour) continue;
    usage::SeriesKey key = hour.series;
    key.channel.clear();
    const double usd = hour.totals.usd();
    const auto tokens = static_cast<double>(hour.totals.tokens.input + hour.totals.tokens.output);
    Amount& amount = amounts[std::move(key)];
    amount.usd += usd;
    amount.tokens += tokens;
    all.usd += usd;
    all.tokens += tokens;
  }
  std::vector<Share> shares;
  for (const auto& [key, amount] : amounts) {
    double ratio = 0;
    if (all.usd > 0) {
      ratio = amount.usd / all.usd;
    } else if (all.tokens > 0) {
      ratio = amount.tokens / all.tokens;
    }
    if (ratio > 0) shares.push_back({key, ratio});
  }
  std::ranges::stable_sort(shares, std::ranges::greater(), &Share::ratio);
  shares.resize(std::min(shares.size(), most));
  return shares;
}

}  // namespace clawvigil::spend
