#include "exporter/collect/schedule.h"

namespace clawvigil {

SteadyTime next_run(SteadyTime last_due, Duration interval, SteadyTime now) {
  const SteadyTime next = last_due + interval;
  if (next > now) return next;
  const auto missed = (now - last_due) / interval;
  return last_due + (missed + 1) * interval;
}

}  // namespace clawvigil
