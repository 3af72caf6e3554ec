// How old and how large the logs of a home are: those the gateway writes (access/log_place.h) and
// what OpenClaw keeps in <home>/logs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/collector.h"

namespace clawvigil::retention {

struct LogSurvey {
  bool exists = false;
  std::optional<SystemTime> oldest;  // of the first line that is still there
  std::uint64_t bytes = 0;
};

// `log_file` is logging.file, "" if not set. Where several places are possible the first that is
// the user's counts, as OpenClaw itself chooses. Not `exists`: the gateway writes no log file.
// Errors: a place that exists and cannot be looked at; too_large beyond 20,000 entries.
[[nodiscard]] Result<LogSurvey> survey_gateway_log(const Context& context, const Home& home,
                                                   const std::string& log_file);
// <home>/logs; its times say nothing, these are ledgers OpenClaw adds to for ever.
[[nodiscard]] Result<LogSurvey> survey_state_logs(const Home& home);

}  // namespace clawvigil::retention
