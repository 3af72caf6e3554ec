// The part of Prometheus' alert templates (Go text/template) that rules need:
//
//   {{ $labels.home }} spent {{ $value | printf "%.2f" }} USD, more than {{ "5" | humanize }}
//
// Text, {{ $value }}, {{ $labels.name }}, string and number constants, pipelines through humanize,
// humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp and printf (%s %v %d %f %e
// %g %q %%, with a precision for floats), trim markers and comments. Everything else is an error
// when the template is parsed; so is a pipeline whose types do not fit (Go would write
// "%!d(float64=5)" into the message). The results are those of Prometheus to the byte, but label
// values are sanitised (control characters, 256 bytes each) and the whole is cut.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "alerts/promql/labels.h"

namespace clawvigil::alerts {

inline constexpr std::size_t kMaxExpandedBytes = 4096;

struct TemplateProblem {
  std::size_t offset = 0;  // byte in the text
  std::string message;
};

// Immutable, cheap to copy, any thread.
class Template {
 public:
  [[nodiscard]] static std::expected<Template, TemplateProblem> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const;
  // Valid UTF-8 of at most kMaxExpandedBytes, cut with "…". A label that is not there is "". A
  // label that should be a number and is none leaves "<error expanding template: …>", as in
  // Prometheus.
  [[nodiscard]] std::string expand(const promql::Labels& labels, double value) const;
  [[nodiscard]] bool is_constant() const;  // no action in it
  [[nodiscard]] bool shows_value() const;  // $value is in it

  struct Parsed;

 private:
  explicit Template(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
  std::shared_ptr<const Parsed> parsed_;
};

}  // namespace clawvigil::alerts
