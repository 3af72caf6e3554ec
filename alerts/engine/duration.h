// Prometheus durations ("5m", "1h30m", "14d") and seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil::alerts {

// As Prometheus' model.ParseDuration: numbers with the units y w d h m s ms, largest first, each
// once; "0" alone needs no unit. A year is 365 days. nullopt: not a duration, or beyond 292 years.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

// The shortest such text ("1h30m"); Prometheus' own form. `duration` is not negative.
[[nodiscard]] std::string format_duration(Duration duration);

}  // namespace clawvigil::alerts
