// What the collector "spend" says of a home at one time, now or in the past. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "collectors/spend/learned.h"
#include "collectors/spend/recent.h"
#include "collectors/usage/history.h"
#include "exporter/model/batch.h"

namespace clawvigil::spend {

inline constexpr std::int64_t kMsPerMinute = 60'000;
// So long a session is looked at after its last call.
inline constexpr std::int64_t kActiveMs = 15 * kMsPerMinute;

// What is known at one time, of all homes.
struct Reading {
  std::int64_t minute = 0;
  std::map<std::string, Recent> recent;
  std::vector<usage::SessionSum> sessions;  // of the last kActiveMs at least
  std::vector<usage::HourOfUsage> hours;    // the last kNewModelHours (models.h)
};

// The agents of a home that are compared with their own past: the busiest, where there are several.
[[nodiscard]] std::vector<std::string> compared_agents(const Recent& recent);

void report(const std::string& home, const Reading& reading, const Learned& learned, Batch& out);

}  // namespace clawvigil::spend
