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

// The largest first, at most `most`; none when nothing was used. `hours`: those to look at.
[[nodiscard]] std::vector<Share> largest_shares(const std::vector<usage::HourOfUsage>& hours,
                                                const std::string& home, std::size_t most);

}  // namespace clawvigil::spend
