// The last thirty days beside what was usual for each, from the ledger, for the page. What is usual
// for a day is what the collector spend knew of the 24 hours to its end when the day began: the
// same detector with the same settings (collectors/spend/watched.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"
#include "exporter/web/spend_day.h"

namespace clawvigil::cli {

// Keeps what it found last. What is usual is learned once an hour, when a day begins and for
// another zone, some 50 ms for seventy days, and only when somebody looks; today is summed again
// when something was booked, at most twice a minute. One thread.
class SpendDays {
 public:
  // Days by the calendar of `zone` ("": the host's), ascending, today last; empty before anything
  // was used. A zone that is not installed is taken for the host's.
  [[nodiscard]] Result<std::vector<web::SpendDay>> of(store::Store& store, const std::string& zone,
                                                      Instant now);

 private:
  [[nodiscard]] Result<> learn(store::Store& store, const std::string& zone, Instant now);
  [[nodiscard]] Result<> sum_today(store::Store& store);

  std::vector<web::SpendDay> days_;
  std::int64_t learned_hour_ = -1;
  std::string learned_zone_;
  std::int64_t generation_ = -1;
  std::int64_t first_slot_of_today_ = 0;
  SystemTime end_of_today_;
  SteadyTime read_;
};

}  // namespace clawvigil::cli
