#include "collectors/spend/windows.h"

#include <algorithm>
#include <ranges>

namespace clawvigil::spend {

void Windows::add(std::int64_t minute, const Use& use) {
  if (minute <= now_ - kLongestWindow) return;
  const auto next = std::ranges::upper_bound(minutes_, minute, {}, &Minute::minute);
  const bool known = next != minutes_.begin() && std::prev(next)->minute == minute;
  const auto place = static_cast<std::size_t>(next - minutes_.begin());
  if (known) {
    minutes_[place - 1].use.add(use);
  } else {
    minutes_.insert(next, {minute, use});
  }
  for (std::size_t i = 0; i < kWatched.size(); ++i) {
    if (minute > now_ - kWatched[i].minutes) {
      sums_[i] += use.of(kWatched[i].signal);
    } else if (!known) {
      ++left_[i];
    }
  }
  requests_ += use.all.requests;
  if (use.all.human_turns > 0) last_turn_ = std::max(last_turn_, minute);
}

void Windows::advance(std::int64_t minute) {
  now_ = minute;
  for (std::size_t i = 0; i < kWatched.size(); ++i) {
    std::size_t& left = left_[i];
    for (; left < minutes_.size() && minutes_[left].minute <= now_ - kWatched[i].minutes; ++left) {
      sums_[i] -= minutes_[left].use.of(kWatched[i].signal);
    }
    if (left == minutes_.size()) sums_[i] = 0;  // not what rounding leaves
  }
  while (!minutes_.empty() && minutes_.front().minute <= now_ - kLongestWindow) {
    requests_ -= minutes_.front().use.all.requests;
    minutes_.pop_front();
    for (std::size_t& left : left_) --left;
  }
}

std::int64_t Windows::last_turn() const {
  return last_turn_ > now_ - kLongestWindow ? last_turn_ : 0;
}

Use Windows::of_slot(std::int64_t slot) const {
  Use sum;
  for (const Minute& minute : minutes_ | std::views::reverse) {
    const std::int64_t of = minute.minute / usage::kMinutesPerSlot;
    if (of < slot) break;
    if (of == slot) sum.add(minute.use);
  }
  return sum;
}

}  // namespace clawvigil::spend
