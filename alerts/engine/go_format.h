// Values as text the way Go and Prometheus write them, so that a message reads the same whoever
// sends it. https://pkg.go.dev/fmt,
// https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace clawvigil::alerts::go {

// strconv.FormatFloat(value, 'g', -1, 64), which is %v and %g: "604800", "1e+06", "+Inf", "NaN".
[[nodiscard]] std::string shortest(double value);
// The shortest decimal text without an exponent: "1209600", "0.25".
[[nodiscard]] std::string plain(double value);
// %.<precision><verb> with verb e, f or g; a precision below 0 is Go's default for the verb.
[[nodiscard]] std::string with_precision(double value, char verb, int precision);
// %q: what PromQL reads as the same text, whatever it is (go_quote.cc).
[[nodiscard]] std::string quoted(std::string_view text);
// strconv.ParseFloat: decimal and hexadecimal floats, inf, nan, underscores are refused.
[[nodiscard]] std::optional<double> parse_float(std::string_view text);

[[nodiscard]] std::string humanize(double value);             // "1.235k"
[[nodiscard]] std::string humanize1024(double value);         // "1.206ki"
[[nodiscard]] std::string humanize_duration(double seconds);  // "1d 2h 3m 4s"
[[nodiscard]] std::string humanize_percentage(double ratio);  // "12.35%"
// "2026-11-22 04:00:00 +0000 UTC"; nullopt beyond the years 1678 to 2262.
[[nodiscard]] std::optional<std::string> humanize_timestamp(double seconds);

}  // namespace clawvigil::alerts::go
