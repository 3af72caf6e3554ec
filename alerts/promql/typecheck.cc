#include "alerts/promql/typecheck.h"

#include <algorithm>
#include <utility>

#include "alerts/promql/functions.h"
#include "alerts/promql/literal.h"
#include "exporter/base/strings.h"

namespace clawvigil::promql {
namespace {

using Node = Expression::Node;

std::unexpected<TypeProblem> problem(std::size_t offset, std::string message) {
  return std::unexpected(TypeProblem{offset, std::move(message)});
}

TypeCheck expect_type(const Node& node, ValueType wanted, std::string_view context) {
  if (node.type == wanted) return {};
  return problem(node.begin, "expected type " + std::string(name_of(wanted)) + " in " +
                                 std::string(context) + ", got " + std::string(name_of(node.type)));
}

ValueType type_of_letter(char letter) {
  switch (letter) {
    case 'v':
      return ValueType::vector;
    case 'm':
      return ValueType::matrix;
    case 's':
      return ValueType::scalar;
    default:
      return ValueType::string;
  }
}

TypeCheck check_label(const Node& argument, std::string_view function) {
  const std::string& name = std::get<StringNode>(argument.what).value;
  if (!name.empty() && is_valid_utf8(name)) return {};
  return problem(argument.begin,
                 "invalid label name in " + std::string(function) + "(): " + quote(name));
}

// What Prometheus finds at evaluation only, where a rule would fail for ever: here at load.
TypeCheck check_texts(CallNode& call) {
  const std::string_view name = call.function->name;
  if (name == "label_replace") {
    if (TypeCheck label = check_label(*call.arguments[1], name); !label) return label;
    const Node& pattern = *call.arguments[4];
    const std::string& text = std::get<StringNode>(pattern.what).value;
    auto compiled = Regex::compile(text);
    if (!compiled) {
      return problem(pattern.begin, "invalid regular expression in label_replace(): " +
                                        sanitize(text) + " (" + compiled.error().message + ')');
    }
    call.regex = std::move(*compiled);
  } else if (name == "label_join") {
    for (std::size_t i = 1; i < call.arguments.size(); ++i) {
      if (i == 2) continue;  // the separator
      if (TypeCheck label = check_label(*call.arguments[i], name); !label) return label;
    }
  }
  return {};
}

TypeCheck check(Node& node, CallNode& call) {
  const FunctionInfo& function = *call.function;
  const std::size_t given = call.arguments.size();
  const std::size_t most = function.arguments.size();
  const std::string shown = quote(function.name);
  const auto count = [&](std::string_view how, std::size_t wanted) {
    return problem(node.begin, "expected " + std::string(how) + std::to_string(wanted) +
                                   " argument(s) in call to " + shown + ", got " +
                                   std::to_string(given));
  };
  const bool exact = function.required == most && !function.repeats;
  if (given < function.required) return count(exact ? "" : "at least ", function.required);
  if (given > most && !function.repeats) return count(exact ? "" : "at most ", most);
  for (std::size_t i = 0; i < given; ++i) {
    const ValueType wanted = type_of_letter(function.arguments[std::min(i, most - 1)]);
    const auto checked = expect_type(*call.arguments[i], wanted, "call to function " + shown);
    if (!checked) return checked;
  }
  node.type = function.result;
  return check_texts(call);
}

TypeCheck check(Node& node, AggregateNode& aggregate) {
  node.type = ValueType::vector;
  TypeCheck checked = expect_type(*aggregate.operand, ValueType::vector, "aggregation expression");
  if (!checked || aggregate.parameter == nullptr) return checked;
  const bool text = aggregate.aggregator == Aggregator::count_values;
  checked = expect_type(*aggregate.parameter, text ? ValueType::string : ValueType::scalar,
                        "aggregation parameter");
  if (!checked || !text) return checked;
  const std::string& label = std::get<StringNode>(aggregate.parameter->what).value;
  if (label.empty() || !is_valid_utf8(label)) {
    return problem(aggregate.parameter->begin, "invalid label name " + quote(label));
  }
  return {};
}

TypeCheck check_matching(const Node& node, const BinaryNode& binary) {
  if (is_set_operator(binary.op) && binary.grouping != BinaryNode::Grouping::one_to_one) {
    return problem(node.begin,
                   "no grouping allowed for " + quote(to_string(binary.op)) + " operation");
  }
  if (!binary.on) return {};
  for (const std::string& label : binary.include) {
    if (std::ranges::binary_search(binary.labels, label)) {
      return problem(node.begin,
                     "label " + quote(label) + " must not occur in ON and GROUP clause at once");
    }
  }
  return {};
}

TypeCheck check(Node& node, BinaryNode& binary) {
  const ValueType left = binary.left->type;
  const ValueType right = binary.right->type;
  for (const Node* const side : {binary.left.get(), binary.right.get()}) {
    if (side->type != ValueType::scalar && side->type != ValueType::vector) {
      return problem(side->begin,
                     "binary expression must contain only scalar and instant vector types");
    }
  }
  const bool scalars = left == ValueType::scalar && right == ValueType::scalar;
  const bool vectors = left == ValueType::vector && right == ValueType::vector;
  node.type = scalars ? ValueType::scalar : ValueType::vector;
  if (scalars && is_comparison(binary.op) && !binary.return_bool) {
    return problem(node.begin, "comparisons between scalars must use BOOL modifier");
  }
  if (!vectors && is_set_operator(binary.op)) {
    return problem(node.begin, "set operator " + quote(to_string(binary.op)) +
                                   " not allowed in binary scalar expression");
  }
  if (!vectors && binary.matched && !binary.labels.empty()) {
    return problem(node.begin, "vector matching only allowed between instant vectors");
  }
  return check_matching(node, binary);
}

TypeCheck check(Node& node, NumberNode&) {
  node.type = ValueType::scalar;
  return {};
}
TypeCheck check(Node& node, StringNode&) {
  node.type = ValueType::string;
  return {};
}
TypeCheck check(Node& node, SelectorNode& selector) {
  node.type = selector.range > 0 ? ValueType::matrix : ValueType::vector;
  return {};
}
TypeCheck check(Node& node, UnaryMinusNode& minus) {
  node.type = minus.operand->type;
  return {};
}

void add_depth(Node& node, const NodePtr& child) {
  if (child != nullptr) node.depth = std::max(node.depth, child->depth + 1);
}

void set_depth(Node& node) {
  if (const auto* const call = std::get_if<CallNode>(&node.what)) {
    for (const NodePtr& argument : call->arguments) add_depth(node, argument);
  } else if (const auto* const minus = std::get_if<UnaryMinusNode>(&node.what)) {
    add_depth(node, minus->operand);
  } else if (const auto* const aggregate = std::get_if<AggregateNode>(&node.what)) {
    add_depth(node, aggregate->parameter);
    add_depth(node, aggregate->operand);
  } else if (const auto* const binary = std::get_if<BinaryNode>(&node.what)) {
    add_depth(node, binary->left);
    add_depth(node, binary->right);
  }
}

}  // namespace

TypeCheck check_types(Node& node) {
  set_depth(node);
  return std::visit([&](auto& what) { return check(node, what); }, node.what);
}

std::string_view name_of(ValueType type) {
  switch (type) {
    case ValueType::scalar:
      return "scalar";
    case ValueType::string:
      return "string";
    case ValueType::vector:
      return "instant vector";
    case ValueType::matrix:
      return "range vector";
  }
  return "scalar";
}

std::string_view name_of(Aggregator aggregator) {
  constexpr std::string_view kNames[] = {"sum",  "avg",     "count",        "min",
                                         "max",  "group",   "stddev",       "stdvar",
                                         "topk", "bottomk", "count_values", "quantile"};
  return kNames[static_cast<std::size_t>(aggregator)];
}

}  // namespace clawvigil::promql
