// What the parser makes of an expression. Immutable after parsing. Internal to promql.
//
// Parentheses leave no node of their own; their type is that of their content. The depth of a tree
// is bounded by the parser, so that walking it by recursion is safe.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "alerts/promql/expression.h"
#include "alerts/promql/regex.h"

namespace clawvigil::promql {

struct FunctionInfo;  // functions.h

using NodePtr = std::unique_ptr<const Expression::Node>;

struct NumberNode {
  double value = 0;
};
struct StringNode {
  std::string value;
};
struct SelectorNode {
  std::vector<Matcher> matchers;
  TimeMs range = 0;  // 0: instant vector
  TimeMs offset = 0;
};
struct CallNode {
  const FunctionInfo* function = nullptr;
  std::vector<NodePtr> arguments;
  std::optional<Regex> regex;  // of label_replace
};
struct UnaryMinusNode {
  NodePtr operand;
};

enum class Aggregator {
  sum,
  avg,
  count,
  min,
  max,
  group,
  stddev,
  stdvar,
  topk,
  bottomk,
  count_values,
  quantile,
};
struct AggregateNode {
  Aggregator aggregator = Aggregator::sum;
  bool without = false;
  std::vector<std::string> grouping;  // sorted, unique
  NodePtr parameter;                  // of topk, bottomk, quantile (scalar), count_values (string)
  NodePtr operand;
};

enum class BinaryOperator {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  power,
  atan2,
  equal,
  not_equal,
  greater,
  less,
  greater_equal,
  less_equal,
  set_and,
  set_or,
  set_unless,
};
constexpr bool is_comparison(BinaryOperator op) {
  return op >= BinaryOperator::equal && op <= BinaryOperator::less_equal;
}
constexpr bool is_set_operator(BinaryOperator op) { return op >= BinaryOperator::set_and; }

// As written: "+", ">=", "unless".
[[nodiscard]] std::string_view to_string(BinaryOperator op);

struct BinaryNode {
  enum class Grouping { one_to_one, left, right };  // left: group_left, many on the left side
  BinaryOperator op = BinaryOperator::add;
  bool return_bool = false;
  bool matched = false;             // on(...) or ignoring(...) is written
  bool on = false;                  // on(...), else ignoring(...)
  std::vector<std::string> labels;  // of on or ignoring; sorted, unique
  Grouping grouping = Grouping::one_to_one;
  std::vector<std::string> include;  // labels of group_left or group_right
  NodePtr left;
  NodePtr right;
};

struct Expression::Node {
  std::size_t begin = 0;  // bytes in the text, parentheses included
  std::size_t end = 0;
  std::size_t depth = 1;
  ValueType type = ValueType::scalar;
  std::variant<NumberNode, StringNode, SelectorNode, CallNode, UnaryMinusNode, AggregateNode,
               BinaryNode>
      what;
};

}  // namespace clawvigil::promql
