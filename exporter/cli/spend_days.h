// The last thirty days beside what was usual for each, from the ledger, for the page: the same
// comparison as `clawvigil spend --by day` makes (collectors/spend/anomaly.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"
#include "exporter/web/spend_day.h"

namespace clawvigil::cli {

// Keeps what it found last: read again when something was booked, and not within half a minute.
// One thread.
class SpendDays {
 public:
  // Days by the calendar of `zone` ("": the host's), ascending, today last; empty before anything
  // was used. A zone that is not installed is taken for the host's.
  [[nodiscard]] Result<std::vector<web::SpendDay>> of(store::Store& store, const std::string& zone,
                                                      Instant now);

 private:
  std::vector<web::SpendDay> days_;
  std::int64_t generation_ = -1;
  SteadyTime read_;
  SystemTime until_;  // the end of today
};

}  // namespace clawvigil::cli
