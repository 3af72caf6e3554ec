// The literals of PromQL: numbers, durations, quoted strings, names. Pure functions over text,
// shared by the lexer, the parser and whoever shows labels.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "alerts/promql/source.h"
#include "exporter/base/result.h"

namespace clawvigil::promql {

// 12.5e3, 0x1f, 1_000, 017 (octal, as Go), Inf and NaN in any case; no sign.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

// 1h30m, 5m, 500ms: units y w d h m s ms, each once, largest first. nullopt: not a duration, or
// beyond what 64 bits of nanoseconds hold (292 years), Prometheus' bound.
[[nodiscard]] std::optional<TimeMs> parse_duration(std::string_view text);

// The content of a literal with its quotes (" ' or `). Error: what is wrong with it.
[[nodiscard]] Result<std::string> unquote(std::string_view literal);

// `text` in double quotes, escaped so that unquote() gives it back.
[[nodiscard]] std::string quote(std::string_view text);

// [a-zA-Z_][a-zA-Z0-9_]*, and with colons for metrics.
[[nodiscard]] bool is_label_name(std::string_view text);
[[nodiscard]] bool is_metric_name(std::string_view text);

// As Go prints a float with %v where people read it: shortest digits, +Inf, -Inf, NaN.
[[nodiscard]] std::string format_float(double value);
// The same without an exponent, as the labels of count_values carry it.
[[nodiscard]] std::string format_float_plain(double value);

}  // namespace clawvigil::promql
