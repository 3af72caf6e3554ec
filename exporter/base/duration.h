// Durations as Prometheus writes them: "90s", "1h30m", "14d". Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil {

// Units y (365 d), w, d, h, m, s, ms, each at most once and in this order; whole numbers; "0" needs
// no unit. nullopt for anything else, for an empty text and beyond 100 years.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

// The shortest text parse_duration() reads back, in whole milliseconds: "4h", "1h30m", "0s".
[[nodiscard]] std::string to_string(Duration duration);

}  // namespace clawvigil
