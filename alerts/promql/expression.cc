#include "alerts/promql/expression.h"

#include <utility>

#include "alerts/promql/ast.h"
#include "alerts/promql/evaluator.h"
#include "alerts/promql/functions.h"
#include "alerts/promql/lexer.h"
#include "alerts/promql/parser.h"

namespace clawvigil::promql {
namespace {

void collect(const Expression::Node& node, bool inside_absent, std::vector<SelectorUse>& uses) {
  if (const auto* const selector = std::get_if<SelectorNode>(&node.what)) {
    uses.push_back({selector->matchers, selector->range, selector->offset, inside_absent});
  } else if (const auto* const call = std::get_if<CallNode>(&node.what)) {
    const bool absent = call->function->name.starts_with("absent");
    for (const NodePtr& argument : call->arguments) {
      collect(*argument, inside_absent || absent, uses);
    }
  } else if (const auto* const minus = std::get_if<UnaryMinusNode>(&node.what)) {
    collect(*minus->operand, inside_absent, uses);
  } else if (const auto* const aggregate = std::get_if<AggregateNode>(&node.what)) {
    if (aggregate->parameter != nullptr) collect(*aggregate->parameter, inside_absent, uses);
    collect(*aggregate->operand, inside_absent, uses);
  } else if (const auto* const binary = std::get_if<BinaryNode>(&node.what)) {
    collect(*binary->left, inside_absent, uses);
    collect(*binary->right, inside_absent, uses);
  }
}

}  // namespace

std::expected<Expression, ParseProblem> Expression::parse(std::string_view text) {
  Expression expression;
  expression.text_ = std::make_shared<const std::string>(text);
  TRY_ASSIGN(const std::vector<Token> tokens, tokenize(*expression.text_));
  TRY_ASSIGN(auto root, Parser(*expression.text_, tokens).run());
  expression.root_ = std::move(root);
  return expression;
}

const std::string& Expression::text() const { return *text_; }
ValueType Expression::type() const { return root_->type; }

std::vector<SelectorUse> Expression::selectors() const {
  std::vector<SelectorUse> uses;
  collect(*root_, false, uses);
  return uses;
}

std::unique_ptr<Expression::Comparison> Expression::top_comparison() const {
  const auto* const binary = std::get_if<BinaryNode>(&root_->what);
  if (binary == nullptr || !is_comparison(binary->op) || binary->return_bool) return nullptr;
  const auto* const threshold = std::get_if<NumberNode>(&binary->right->what);
  if (threshold == nullptr) return nullptr;
  const Node& left = *binary->left;
  Expression side;
  side.root_ = std::shared_ptr<const Node>(root_, &left);
  side.text_ =
      std::make_shared<const std::string>(text_->substr(left.begin, left.end - left.begin));
  return std::make_unique<Comparison>(
      Comparison{std::move(side), std::string(to_string(binary->op)), threshold->value});
}

Result<Value> Expression::evaluate(const Source& source, TimeMs time,
                                   const EvaluationOptions& options) const {
  TRY_ASSIGN(Outcome outcome, Evaluator(source, time, options).evaluate(*root_));
  if (auto* const number = std::get_if<double>(&outcome)) return *number;
  if (auto* const text = std::get_if<std::string>(&outcome)) return std::move(*text);
  if (auto* const matrix = std::get_if<Matrix>(&outcome)) return std::move(*matrix);
  auto& samples = std::get<Samples>(outcome);
  TRY(Evaluator::finish(samples));
  Vector vector;
  vector.reserve(samples.size());
  for (Sample& sample : samples) vector.push_back({std::move(sample.labels), sample.value});
  return vector;
}

}  // namespace clawvigil::promql
