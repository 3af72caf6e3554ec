// What PromQL demands of the operands of a node, with Prometheus' wording. Sets the node's type.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "alerts/promql/ast.h"

namespace clawvigil::promql {

struct TypeProblem {
  std::size_t offset = 0;
  std::string message;
};
using TypeCheck = std::expected<void, TypeProblem>;

// The children are checked already; node.begin is set.
[[nodiscard]] TypeCheck check_types(Expression::Node& node);

// "instant vector", "range vector", "scalar", "string"
[[nodiscard]] std::string_view name_of(ValueType type);
[[nodiscard]] std::string_view name_of(Aggregator aggregator);

}  // namespace clawvigil::promql
