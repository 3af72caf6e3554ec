#include "bench/spend/incidents.h"

#include <algorithm>

namespace clawvigil::spend {
namespace {

constexpr std::int64_t kApart = 86'400;

}  // namespace

Places::Places(const Host& host)
    : judged_{host.minute_of(host.evaluate) * 60, host.minute_of(host.days.to) * 60} {}

std::optional<Place> Places::find(Random& random, double seconds) {
  const auto length = static_cast<std::int64_t>(seconds);
  if (length >= judged_.to - judged_.from) return std::nullopt;
  for (int left = 30; left > 0; --left) {
    const std::int64_t from = random.whole(judged_.from, judged_.to - length);
    const Place place{from, from + length};
    const bool free = std::ranges::none_of(taken_, [&](const Place& other) {
      return place.from < other.to + kApart && other.from < place.to + kApart;
    });
    if (!free) continue;
    taken_.push_back(place);
    return place;
  }
  return std::nullopt;
}

std::size_t Scene::some_agent(Random& random, std::int64_t second) const {
  const std::int64_t day = host->day_at(second / 60);
  const auto last = static_cast<std::int64_t>(host->agents.size()) - 1;
  const auto agent = static_cast<std::size_t>(random.chance(0.5) ? 0 : random.whole(0, last));
  return host->agents[agent].days.contains(day) ? agent : 0;
}

}  // namespace clawvigil::spend
