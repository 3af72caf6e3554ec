#include "collectors/firewall/port_set.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace clawvigil::firewall {

namespace {

// The first range that ends at or after `port`.
auto first_reaching(const std::vector<PortRange>& ranges, std::uint16_t port) {
  return std::ranges::lower_bound(ranges, port, {}, &PortRange::high);
}

// Adds a range that begins at or after all of `ranges`, merging with the last one.
void append(std::vector<PortRange>& ranges, PortRange range) {
  if (!ranges.empty() && range.low <= ranges.back().high + 1) {
    ranges.back().high = std::max(ranges.back().high, range.high);
  } else {
    ranges.push_back(range);
  }
}

}  // namespace

bool PortSet::contains(std::uint16_t port) const {
  const auto found = first_reaching(ranges_, port);
  return found != ranges_.end() && found->low <= port;
}

void PortSet::add(PortRange range) {
  // Those that touch the new one become one with it.
  const auto first =
      std::ranges::lower_bound(ranges_, std::uint32_t{range.low}, {},
                               [](const PortRange& one) { return std::uint32_t{one.high} + 1; });
  auto last = first;
  for (; last != ranges_.end() && last->low <= std::uint32_t{range.high} + 1; ++last) {
    range.low = std::min(range.low, last->low);
    range.high = std::max(range.high, last->high);
  }
  if (first == last) {
    ranges_.insert(first, range);
  } else {
    *first = range;
    ranges_.erase(first + 1, last);
  }
}

void PortSet::add(const PortSet& other) {
  constexpr std::size_t kFew = 8;
  if (other.ranges_.size() <= kFew) {
    for (const PortRange& range : other.ranges_) add(range);
    return;
  }
  std::vector<PortRange> both;
  both.reserve(ranges_.size() + other.ranges_.size());
  std::ranges::merge(ranges_, other.ranges_, std::back_inserter(both), {}, &PortRange::low,
                     &PortRange::low);
  ranges_.clear();
  for (const PortRange& range : both) append(ranges_, range);
}

PortSet PortSet::common(const PortSet& other) const {
  const PortSet& small = ranges_.size() <= other.ranges_.size() ? *this : other;
  const PortSet& large = &small == this ? other : *this;
  PortSet out;
  for (const PortRange& range : small.ranges_) {
    for (auto i = first_reaching(large.ranges_, range.low);
         i != large.ranges_.end() && i->low <= range.high; ++i) {
      out.ranges_.push_back({std::max(i->low, range.low), std::min(i->high, range.high)});
    }
  }
  return out;
}

void PortSet::remove(const PortSet& other) {
  for (const PortRange& hole : other.ranges_) {
    const auto first =
        ranges_.begin() + (first_reaching(ranges_, hole.low) - std::as_const(ranges_).begin());
    auto last = first;
    while (last != ranges_.end() && last->low <= hole.high) ++last;
    if (first == last) continue;
    const PortRange before = *first;
    const PortRange after = *(last - 1);
    std::vector<PortRange> rest;
    if (before.low < hole.low) {
      rest.push_back({before.low, static_cast<std::uint16_t>(hole.low - 1)});
    }
    if (after.high > hole.high) {
      rest.push_back({static_cast<std::uint16_t>(hole.high + 1), after.high});
    }
    const auto place = ranges_.erase(first, last);
    ranges_.insert(place, rest.begin(), rest.end());
  }
}

PortSet PortSet::without(const PortSet& other) const {
  PortSet out = *this;
  out.remove(other);
  return out;
}

}  // namespace clawvigil::firewall
