#pragma once
// A year of a host as spend_generate writes it, for replay_ours.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/usage/totals.h"

namespace clawvigil::spend_world {

struct Row {
  std::int64_t minute = 0;
  std::int64_t seen = 0;
  std::string agent;
  std::string combination;
  usage::Trigger trigger = usage::Trigger::unknown;
  usage::Pace pace;
  std::int64_t chain = 0;
  std::int64_t repeats = 0;
  usage::SeriesKey series;
  usage::Totals totals;
};

struct Year {
  std::vector<Row> rows;
  std::string zone;
  std::int64_t first = 0;
  std::int64_t end = 0;
};

// The number a text begins with; 0 without one.
std::int64_t whole(const std::string& text);

// nullopt: not what spend_generate writes.
std::optional<Year> read_year(const std::string& directory);

}  // namespace clawvigil::spend_world
