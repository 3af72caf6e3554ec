#include "collectors/spend/track.h"

#include <algorithm>

namespace clawvigil::spend {

using usage::kMinutesPerSlot;

void Track::step(std::int64_t minute) {
  minute_ = minute;
  windows_.advance(minute);
  const std::int64_t slot = minute / kMinutesPerSlot;
  if (minute % kMinutesPerSlot != kMinutesPerSlot - 1) return;
  const Use use = windows_.of_slot(slot);
  if (use.all.requests > 0 || use.all.human_turns > 0) unlearned_.emplace_back(slot, use);
}

const Baseline& Track::baseline() {
  constexpr std::int64_t kSlotsPerHour = 60 / kMinutesPerSlot;
  const std::int64_t slot = minute_ / kMinutesPerSlot;
  if (slot / kSlotsPerHour == baseline_.first_slot / kSlotsPerHour) return baseline_;
  const auto later =
      std::ranges::lower_bound(unlearned_, slot, {}, &std::pair<std::int64_t, Use>::first);
  for (auto known = unlearned_.begin(); known != later; ++known) {
    builder_.add(known->first, known->second);
  }
  unlearned_.erase(unlearned_.begin(), later);
  baseline_ = builder_.baseline(slot);
  return baseline_;
}

}  // namespace clawvigil::spend
