#pragma once
// Detectors of others, in their usual form, on what a host spends in total. Only what is above a
// bound counts, also where they would tell of what is below one. README.md names the sources.
#include "bench/spend/series.h"

namespace clawvigil::spend {

struct Alarms {
  std::string rule;
  std::vector<Span> spans;
};

std::vector<Alarms> static_thresholds(const Counters& counters);

// Of one signal: a counter of a sample a minute.
Alarms z_score(const Series& counter, int for_minutes);
Alarms z_score_of_season(const Series& counter);
Alarms robust_bands(const Series& counter);
Alarms adaptive_bands(const Series& counter);

}  // namespace clawvigil::spend
