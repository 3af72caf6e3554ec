#include "collectors/spend/slots.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace clawvigil::spend {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kSmallest = 256;

}  // namespace

std::size_t Slots::place(std::int64_t slot) const {
  return static_cast<std::size_t>(slot) & (ring_.size() - 1);
}

double Slots::at(std::int64_t slot) const {
  return empty() || slot < first_ || slot > last_ ? kNone : ring_[place(slot)];
}

void Slots::make_room(std::int64_t span) {
  const auto wanted = std::bit_ceil(static_cast<std::size_t>(span));
  if (ring_.size() >= std::min(capacity_, wanted)) return;
  Slots larger(capacity_);
  larger.ring_.assign(std::min(capacity_, std::max(kSmallest, wanted)), kNone);
  if (!empty()) {
    for (std::int64_t slot = first_; slot <= last_; ++slot) {
      larger.ring_[larger.place(slot)] = ring_[place(slot)];
    }
  }
  ring_ = std::move(larger.ring_);
}

void Slots::put(std::int64_t slot, double value) {
  const auto capacity = static_cast<std::int64_t>(capacity_);
  if (empty() || slot - last_ >= capacity) {  // nothing that is remembered remains
    ring_.assign(std::min(kSmallest, capacity_), kNone);
    first_ = last_ = slot;
    in_last_ = 0;
  } else if (slot > last_) {
    make_room(slot - first_ + 1);
    for (std::int64_t missing = last_ + 1; missing <= slot; ++missing)
      ring_[place(missing)] = kNone;
    last_ = slot;
    first_ = std::max(first_, last_ - capacity + 1);
    in_last_ = 0;
  } else if (slot < first_) {
    return;
  }
  ++samples_;
  double& there = ring_[place(slot)];
  if (slot != last_ || std::isnan(there)) {
    there = value;
    if (slot == last_) in_last_ = 1;
    return;
  }
  ++in_last_;
  there += (value - there) / static_cast<double>(in_last_);
}

}  // namespace clawvigil::spend
