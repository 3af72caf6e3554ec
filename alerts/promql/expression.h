// A parsed PromQL expression, and its evaluation at one instant.
//
// The instant-query part of PromQL as Prometheus 3 defines it (ranges are left-open); DESIGN.md,
// "Alerting", lists what is supported. What is not supported is an error of parse(), with a place.
// An Expression is immutable and shared between threads freely.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "alerts/promql/labels.h"
#include "alerts/promql/source.h"
#include "exporter/base/result.h"

namespace clawvigil::promql {

struct ParseProblem {
  std::size_t offset = 0;  // byte in the text
  std::size_t line = 1;    // both count from 1; column in characters
  std::size_t column = 1;
  std::string message;       // "unexpected ")", expected an expression"
  bool unsupported = false;  // PromQL knows it, this evaluator does not
};

// The line of `text` with a caret below the place:
//   rate(foo[5m]) >
//                 ^
[[nodiscard]] std::string with_caret(std::string_view text, const ParseProblem& problem);

// One selector of an expression, for whoever must provide its samples.
struct SelectorUse {
  std::vector<Matcher> matchers;  // the metric name is a matcher on __name__
  TimeMs range = 0;               // 0: instant vector
  TimeMs offset = 0;
  bool inside_absent = false;  // argument of absent() or absent_over_time(): missing is an answer
};

struct VectorSample {
  Labels labels;
  double value = 0;
};
struct MatrixSeries {
  Labels labels;
  std::vector<Point> points;
};
using Vector = std::vector<VectorSample>;
using Matrix = std::vector<MatrixSeries>;
using Value = std::variant<double, std::string, Vector, Matrix>;

enum class ValueType { scalar, string, vector, matrix };

struct EvaluationOptions {
  TimeMs lookback = 300'000;  // how old the newest sample of an instant vector may be
  std::size_t max_samples = 1'000'000;
  // Prometheus' experimental feature promql-delayed-name-removal, which its own tests switch on:
  // functions see the metric name of what other functions return. Off there and here by default.
  bool delayed_name_removal = false;
};

class Expression {
 public:
  [[nodiscard]] static std::expected<Expression, ParseProblem> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] ValueType type() const;
  [[nodiscard]] std::vector<SelectorUse> selectors() const;
  // The left side of a comparison with a number at the top ("x > 5" gives "x"), for showing what
  // was measured when nothing is wrong; the operator as written. nullopt for any other expression.
  struct Comparison;
  [[nodiscard]] std::unique_ptr<Comparison> top_comparison() const;

  // Errors (many-to-many matching, duplicate series, too many samples) carry Errc::parse or
  // too_large and Prometheus' own wording where there is one. Any thread.
  [[nodiscard]] Result<Value> evaluate(const Source& source, TimeMs time,
                                       const EvaluationOptions& options = {}) const;

  struct Node;  // ast.h

 private:
  std::shared_ptr<const Node> root_;
  std::shared_ptr<const std::string> text_;
};

struct Expression::Comparison {
  Expression left;
  std::string op;
  double threshold;
};

}  // namespace clawvigil::promql
