#pragma once
// One host: who uses it, when, with which agents, jobs and models. Everything here is drawn from
// the seed before the first day is lived.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/spend/calendar.h"
#include "bench/spend/prices.h"
#include "bench/spend/random.h"

namespace clawvigil::spend {

enum class Character { hobbyist, developer, team, automation, household, idle };
std::string_view name_of(Character character);

struct Days {
  std::int64_t from = 0;  // days since 1970, local
  std::int64_t to = 0;    // half-open
  bool contains(std::int64_t day) const { return day >= from && day < to; }
};

struct Switch {
  std::int64_t from = 0;  // day
  std::size_t model = 0;
};

struct Agent {
  std::string name;
  Days days;            // when it exists
  double sessions = 0;  // on an ordinary working day
  double turns = 3;     // of a session, median
  double chain = 4;     // model calls of a turn, median
  double chain_sigma = 1;
  double context = 18'000;  // tokens before the first word: instructions, tools, memory
  double result = 700;      // new tokens of a tool's result, median
  double subagents = 0;     // chance that a turn starts some
  double hooks = 0;         // calls from outside, a day
  std::vector<std::string> channels;
  std::vector<Switch> models;    // ascending; the first from the beginning
  int heartbeat = 0;             // minutes between two; 0: none
  bool heartbeat_apart = false;  // in a session of its own, not in the main one
  bool heartbeat_at_night = true;
  std::size_t heartbeat_model = 0;

  std::size_t model_on(std::int64_t day) const;
};

struct Job {
  std::size_t agent = 0;
  Days days;
  int every = 0;     // minutes; 0: once a day
  int at = 0;        // minute of the local day
  int weekday = -1;  // only on this one
  double calls = 3;  // median
  double result = 900;
  std::size_t model = 0;
  std::string channel;
  bool more_at_month_end = false;
};

struct PriceChange {
  std::int64_t from = 0;  // day
  std::size_t model = 0;
  double factor = 1;
};

struct Outage {           // of a provider
  std::int64_t from = 0;  // minutes
  std::int64_t to = 0;
  double severity = 0;  // chance that a call fails
};

struct Travel {
  Days days;
  int hours = 0;  // by which the owner's rhythm is late
};

struct Host {
  std::uint64_t seed = 0;
  Character character{};
  Zone zone{};
  Days days;                  // everything
  std::int64_t evaluate = 0;  // first day that is judged
  bool cold_start = false;
  std::array<double, 24> workday{};  // shares of the sessions by local hour
  std::array<double, 24> weekend{};
  double on_weekend = 1;  // sessions of a weekend day, of an ordinary day's
  double on_holiday = 1;
  double growth = 0;        // of the logarithm, a day
  double restless = 0.4;    // how much a day differs from the one before
  double month_end = 1;     // factor of the sessions there
  double failures = 0.01;   // of all calls
  std::vector<Days> away;   // vacation
  std::vector<Days> quiet;  // months in which hardly anything happens
  std::vector<PriceChange> price_changes;
  std::vector<Outage> outages;
  std::vector<Travel> travels;
  std::vector<Agent> agents;
  std::vector<Job> jobs;

  double price_factor(std::size_t model, std::int64_t day) const;
  std::int64_t minute_of(std::int64_t day, int minute_of_day = 0) const {
    return to_utc(zone, day * kDay + minute_of_day);
  }
  std::int64_t day_at(std::int64_t minute) const {
    return (minute + offset_at(zone, minute)) / kDay;
  }
};

// `length` days, the first `warm_up` of which are history (a fifth of the hosts has less of it).
Host make_host(std::uint64_t seed, int length, int warm_up);

}  // namespace clawvigil::spend
