// Evaluates a tree at one instant. Lives for one evaluation, on one thread.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "alerts/promql/ast.h"
#include "alerts/promql/sample.h"

namespace clawvigil::promql {

class Evaluator {
 public:
  using Node = Expression::Node;

  Evaluator(const Source& source, TimeMs time, const EvaluationOptions& options)
      : source_(source), time_(time), options_(options) {}

  [[nodiscard]] Result<Outcome> evaluate(const Node& node);
  // For nodes of the type the name says.
  [[nodiscard]] Result<double> scalar(const Node& node);
  [[nodiscard]] Result<Samples> vector(const Node& node);
  // A string is always a literal: no function returns one.
  [[nodiscard]] static const std::string& text(const Node& node);

  // The newest sample of each series within the lookback; with `times`, their times in seconds.
  [[nodiscard]] Result<Samples> select(const SelectorNode& selector, bool times = false);
  // Each series that has points in the range, without its stale markers.
  using RangeVisitor = std::function<void(const Labels&, std::span<const Point>)>;
  [[nodiscard]] Result<void> each_range(const SelectorNode& selector, const RangeVisitor& visit);

  [[nodiscard]] TimeMs time() const { return time_; }
  // The metric name does not describe the result: removes it, or marks it for removal.
  void drop_name(Sample& sample) const;
  // Error: two samples have the same labels.
  [[nodiscard]] Result<void> check_unique(const Samples& samples) const;
  // Removes the names that are still marked.
  [[nodiscard]] static Result<void> finish(Samples& samples);

 private:
  [[nodiscard]] Result<Outcome> call(const CallNode& node);
  [[nodiscard]] Result<Outcome> range_call(const CallNode& node);
  [[nodiscard]] Result<Outcome> minus(const UnaryMinusNode& node);
  [[nodiscard]] Result<Outcome> matrix(const SelectorNode& node);
  [[nodiscard]] Result<void> count(std::size_t samples);

  const Source& source_;
  const TimeMs time_;
  const EvaluationOptions& options_;
  std::size_t samples_ = 0;
};

// aggregate.cc
[[nodiscard]] Result<Samples> aggregate(Evaluator& evaluator, const AggregateNode& node);
// binary.cc
[[nodiscard]] Result<Outcome> binary(Evaluator& evaluator, const BinaryNode& node);

}  // namespace clawvigil::promql
