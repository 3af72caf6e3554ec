// The values that flow between the parts of an evaluation. Internal to promql.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "alerts/promql/expression.h"

namespace clawvigil::promql {

struct Sample {
  Labels labels;
  double value = 0;
  // With EvaluationOptions::delayed_name_removal: the name goes at the end of the evaluation.
  bool drop_name = false;
};
using Samples = std::vector<Sample>;
using Outcome = std::variant<double, std::string, Samples, Matrix>;

}  // namespace clawvigil::promql
