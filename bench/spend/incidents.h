#pragma once
// What goes wrong (harmful labels) and what only looks so (the others). README.md states the sizes.
#include <optional>

#include "bench/spend/conversation.h"

namespace clawvigil::spend_world {

constexpr double kHourSeconds = 3'600;
constexpr double kDaySeconds = 86'400;

// Draws seconds: log-uniform between so many units, each of so many seconds.
inline auto between(double from, double to, double unit) {
  return [=](Random& random) { return unit * random.log_uniform(from, to); };
}

struct Place {
  std::int64_t from = 0;  // seconds
  std::int64_t to = 0;
};

// Keeps incidents a day apart, so that an alarm can be told to be about one of them.
class Places {
 public:
  explicit Places(const Host& host);
  // A random place of that length in the judged time; nothing when the year is full.
  std::optional<Place> find(Random& random, double seconds);

 private:
  Place judged_;
  std::vector<Place> taken_;
};

struct Scene {
  const Host* host;
  Ledger* ledger;
  Places places;

  // So many places of a length that `draw_seconds` draws; the mean is for 275 judged days.
  template <typename Seconds, typename Stage>
  void stage(const char* kind, double mean, Seconds draw_seconds, Stage stage_one) {
    Random random = Random(host->seed).stream(kind);
    mean *= static_cast<double>(host->days.to - host->evaluate) / 275;
    for (int left = random.poisson(mean); left > 0; --left) {
      if (const auto place = places.find(random, draw_seconds(random))) {
        stage_one(*this, random, *place);
      }
    }
  }
  std::size_t label(const Place& place, const char* kind, bool harmful) {
    return ledger->add_label({place.from / 60, place.to / 60, kind, harmful});
  }
  // Any that exists then; the first half of the time, as most of what happens happens to it.
  std::size_t some_agent(Random& random, std::int64_t second) const;
};

// Known before the year is lived: they change what calls cost that would be made anyway.
void plan_spells(Scene& scene);
// Afterwards: they make calls of their own.
void add_runaways(Scene& scene);
void add_surprises(Scene& scene);

}  // namespace clawvigil::spend_world
