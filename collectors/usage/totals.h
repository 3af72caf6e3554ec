// What is counted, as plain data: for whoever reads the ledger's tables.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "collectors/parse/token_counts.h"
#include "collectors/parse/trigger.h"
#include "exporter/base/clock.h"

namespace clawvigil::usage {

using parse::Trigger;

// A sum of many doubles that keeps the rounding error apart (Neumaier), exact to 1e-9 USD over any
// number of messages.
struct ExactSum {
  double sum = 0;
  double correction = 0;
  void add(double value);
  [[nodiscard]] double value() const { return sum + correction; }
};

// Everything counted for one series (and, in the database, one hour).
struct Totals {
  parse::TokenCounts tokens;
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::int64_t unpriced_tokens = 0;  // no recorded cost and no known price
  ExactSum recorded_usd;
  ExactSum estimated_usd;
  void add(const Totals& other);
  [[nodiscard]] double usd() const { return recorded_usd.value() + estimated_usd.value(); }
};

struct SeriesKey {
  std::string home;
  std::string agent;
  std::string provider;
  std::string model;
  Trigger trigger = Trigger::unknown;
  std::string channel;  // closed list (parse/session_key.h)
  auto operator<=>(const SeriesKey&) const = default;
};

// What happened within a minute or a slot.
struct Pace {
  double usd = 0;           // recorded and estimated
  std::int64_t tokens = 0;  // input and output; cached ones are not counted
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::int64_t human_turns = 0;  // messages a person wrote
  std::int64_t gateway = 0;      // calls for people at the gateway itself: its page, CLI or API
  void add(const Pace& other);
};

inline constexpr std::int64_t kMinutesKept = 25L * 60;
inline constexpr std::int64_t kMinutesPerSlot = 5;
inline constexpr std::int64_t kSlotsKept = 70L * 24 * 60 / kMinutesPerSlot;

// Model calls since somebody, or something else, last spoke: how a loop shows.
struct Chain {
  std::int64_t calls = 0;
  std::int64_t since_ms = 0;  // Unix time of the first
  double usd = 0;
  std::int64_t tokens = 0;   // input and output
  std::int64_t repeats = 0;  // most often the same tool call, or prompt, came within the chain
  std::int64_t failed_streak = 0;  // failed calls since the last good one
};

// One session from its first call on.
struct SessionSum {
  std::string session_id;  // OpenClaw's
  std::string home;
  std::string agent;
  Trigger trigger = Trigger::unknown;
  std::string channel;
  std::int64_t first_ms = 0;  // Unix time of the first and the last call
  std::int64_t last_ms = 0;
  parse::TokenCounts tokens;
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::int64_t unpriced_tokens = 0;
  double usd = 0;
  Chain chain;
};

}  // namespace clawvigil::usage
