// When a log file of OpenClaw begins: the time of its first line, a JSON object.
//
//   {"0":"…","_meta":{"logLevelName":"INFO","date":"2026-11-21T23:59:42.977Z",…},"time":"…"}
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil::parse {

// How many bytes of a file are looked at.
inline constexpr std::size_t kLogHeadBytes = 64UL * 1024;

// `head` is how the file begins. nullopt when its first line is longer than that or has no time.
// Pure.
[[nodiscard]] std::optional<SystemTime> log_start(std::string_view head);

}  // namespace clawvigil::parse
