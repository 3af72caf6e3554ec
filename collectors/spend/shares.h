// What made the use of the last hour.
#pragma once

#include <string>
#include <vector>

#include "collectors/usage/history.h"

namespace clawvigil::spend {

struct Share {
  usage::SeriesKey of;  // without channel
  double ratio = 0;     // of the cost; of the tokens where nothing has a cost
};

// From `from_hour` on, the largest first, at most `most`; none when nothing was used.
[[nodiscard]] std::vector<Share> largest_shares(const std::vector<usage::HourOfUsage>& hours,
                                                std::int64_t from_hour, const std::string& home,
                                                std::size_t most);

}  // namespace clawvigil::spend
