// The part of Prometheus' alert templates (Go text/template) that rules need:
//
//   {{ $labels.home }} spent {{ $value | printf "%.2f" }} USD, more than {{ "5" | humanize }}
//   {{ with printf "topk(1, clawvigil_spend_share{home=%q})" $labels.home | query -}}
//     ; most of it for {{ . | first | label "model" }}
//   {{- end }}
//
// Text, {{ $value }}, {{ $labels.name }}, string and number constants, pipelines through humanize,
// humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp and printf (%s %v %d %f %e
// %g %q %%, with a precision for floats), trim markers and comments. query, first, value, label and
// sortByLabel; {{ with … }} and {{ range … }} with {{ else }} and {{ end }}, in which the dot is
// what was asked for (in a range one of its elements, with .Value and .Labels.name). Everything
// else is an error when the template is parsed; so is a pipeline whose types do not fit (Go would
// write "%!d(float64=5)" into the message). The results are those of Prometheus to the byte, but
// label values are sanitised (control characters, 256 bytes each) and the whole is cut.
//
// A query is a constant, or a printf of constants and of labels as %q. It is parsed with the
// template, and a label may only be the whole value of a matcher (= or !=), never a metric's name
// or a pattern: what it says can choose series, and nothing else of the query. At most kMaxQueries
// stand in a text, none of them in a range.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/promql/expression.h"
#include "alerts/promql/labels.h"

namespace clawvigil::alerts {

inline constexpr std::size_t kMaxExpandedBytes = 4096;
inline constexpr std::size_t kMaxQueries = 8;

// Answers a query at the time of the evaluation.
using AskQuery = std::function<Result<promql::Vector>(const promql::Expression&)>;

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
  // label that should be a number and is none, a query that fails (every query without `ask`) and
  // the first element of nothing leave "<error expanding template: …>", as in Prometheus.
  [[nodiscard]] std::string expand(const promql::Labels& labels, double value,
                                   const AskQuery& ask = {}) const;
  [[nodiscard]] bool is_constant() const;  // no action in it
  [[nodiscard]] bool shows_value() const;  // $value is in it
  [[nodiscard]] bool asks() const;         // a query is in it
  // Its queries; a label's place has some text.
  [[nodiscard]] std::vector<promql::Expression> queries() const;
  // What its queries select, whatever the labels are: without the matchers a label is put into.
  [[nodiscard]] std::vector<promql::SelectorUse> selectors() const;

  class Parsed;

 private:
  explicit Template(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
  std::shared_ptr<const Parsed> parsed_;
};

}  // namespace clawvigil::alerts
