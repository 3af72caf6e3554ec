#include "alerts/promql/parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "alerts/promql/functions.h"
#include "alerts/promql/literal.h"
#include "alerts/promql/typecheck.h"
#include "exporter/base/strings.h"

namespace clawvigil::promql {
namespace {

using Node = Expression::Node;

constexpr int kPowerPrecedence = 6;

struct OperatorInfo {
  std::string_view text;
  BinaryOperator op;
  int precedence;
};
constexpr std::array<OperatorInfo, 16> kOperators{{
    {"or", BinaryOperator::set_or, 1},
    {"and", BinaryOperator::set_and, 2},
    {"unless", BinaryOperator::set_unless, 2},
    {"==", BinaryOperator::equal, 3},
    {"!=", BinaryOperator::not_equal, 3},
    {">", BinaryOperator::greater, 3},
    {"<", BinaryOperator::less, 3},
    {">=", BinaryOperator::greater_equal, 3},
    {"<=", BinaryOperator::less_equal, 3},
    {"+", BinaryOperator::add, 4},
    {"-", BinaryOperator::subtract, 4},
    {"*", BinaryOperator::multiply, 5},
    {"/", BinaryOperator::divide, 5},
    {"%", BinaryOperator::modulo, 5},
    {"atan2", BinaryOperator::atan2, 5},
    {"^", BinaryOperator::power, kPowerPrecedence},
}};

const OperatorInfo* find_operator(const Token& token) {
  if (token.kind != Token::Kind::word && token.kind != Token::Kind::symbol) return nullptr;
  const auto* const found =
      std::ranges::find(kOperators, to_lower_ascii(token.text), &OperatorInfo::text);
  return found == kOperators.end() ? nullptr : found;
}

constexpr std::array kAggregators{
    Aggregator::sum,  Aggregator::avg,     Aggregator::count,        Aggregator::min,
    Aggregator::max,  Aggregator::group,   Aggregator::stddev,       Aggregator::stdvar,
    Aggregator::topk, Aggregator::bottomk, Aggregator::count_values, Aggregator::quantile,
};

std::optional<Aggregator> find_aggregator(std::string_view word) {
  const std::string lower = to_lower_ascii(word);
  for (const Aggregator aggregator : kAggregators) {
    if (name_of(aggregator) == lower) return aggregator;
  }
  return std::nullopt;
}

bool is_reserved(std::string_view lower) {
  constexpr std::array<std::string_view, 5> kReserved{"bool", "on", "ignoring", "group_left",
                                                      "group_right"};
  return std::ranges::find(kReserved, lower) != kReserved.end();
}

// Counts how deep the parser is in itself.
class Nesting {
 public:
  explicit Nesting(std::size_t& depth) : depth_(depth) { ++depth_; }
  ~Nesting() { --depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  std::size_t& depth_;
};

}  // namespace

std::string_view to_string(BinaryOperator op) {
  return std::ranges::find(kOperators, op, &OperatorInfo::op)->text;
}

Parser::Built Parser::run() {
  if (peek().kind == Token::Kind::end) return problem(0, "no expression found in input");
  TRY_ASSIGN(auto node, binary(1));
  if (peek().kind != Token::Kind::end) return unexpected("an operator or the end");
  return node;
}

Parser::Built Parser::finish(std::unique_ptr<Node> node, std::size_t begin) const {
  node->begin = begin;
  node->end = end_of_last();
  if (const TypeCheck checked = check_types(*node); !checked) {
    return std::unexpected(problem_at(text_, checked.error().offset, checked.error().message));
  }
  if (node->depth > kMaxDepth) return problem(begin, "expression is too deep");
  return node;
}

Parser::Built Parser::binary(int least_precedence) {
  const std::size_t begin = peek().offset;
  const Nesting nesting(nesting_);  // every recursion passes here
  if (nesting_ > kMaxNesting) return problem(begin, "expression is too deep");
  TRY_ASSIGN(auto left, unary());
  while (const OperatorInfo* const info = find_operator(peek())) {
    if (info->precedence < least_precedence) break;
    take();
    BinaryNode node;
    node.op = info->op;
    TRY(modifiers(node));
    // Only ^ groups to the right.
    const bool right_associative = info->precedence == kPowerPrecedence;
    TRY_ASSIGN(node.right, binary(info->precedence + (right_associative ? 0 : 1)));
    node.left = std::move(left);
    auto built = std::make_unique<Node>();
    built->what = std::move(node);
    TRY_ASSIGN(left, finish(std::move(built), begin));
  }
  if (at_symbol("</") || at_symbol(">/")) {
    return unsupported(peek().offset, "native histogram operators are not supported");
  }
  return left;
}

Parser::Parsed<void> Parser::modifiers(BinaryNode& node) {
  if (at_word("bool")) {
    const std::size_t place = take().offset;
    if (!is_comparison(node.op)) {
      return problem(place, "bool modifier can only be used on comparison operators");
    }
    node.return_bool = true;
  }
  if (!at_word("on") && !at_word("ignoring")) return {};
  node.on = at_word("on");
  take();
  TRY_ASSIGN(node.labels, label_list());
  std::ranges::sort(node.labels);
  const auto repeated = std::ranges::unique(node.labels);
  node.labels.erase(repeated.begin(), repeated.end());
  node.matched = true;
  if (!at_word("group_left") && !at_word("group_right")) return {};
  node.grouping = at_word("group_left") ? BinaryNode::Grouping::left : BinaryNode::Grouping::right;
  take();
  if (at_symbol("(")) {
    TRY_ASSIGN(node.include, label_list());
  }
  return {};
}

Parser::Built Parser::unary() {
  if (!at_symbol("-") && !at_symbol("+")) {
    const bool selects = peek().kind == Token::Kind::word || at_symbol("{");
    TRY_ASSIGN(auto node, primary());
    if (selects && std::holds_alternative<SelectorNode>(node->what))
      return postfix(std::move(node));
    return postfix_of_other(std::move(node));
  }
  const Token sign = take();
  // -2^2 is -(2^2), but -2*2 is (-2)*2.
  TRY_ASSIGN(auto operand, binary(kPowerPrecedence));
  if (operand->type != ValueType::scalar && operand->type != ValueType::vector) {
    return problem(operand->begin,
                   "unary expression only allowed on expressions of type scalar or instant "
                   "vector, got \"" +
                       std::string(name_of(operand->type)) + '"');
  }
  if (sign.text == "+") {
    operand->begin = sign.offset;
    return operand;
  }
  if (auto* const number = std::get_if<NumberNode>(&operand->what)) {
    number->value = -number->value;
    operand->begin = sign.offset;
    return operand;
  }
  auto node = std::make_unique<Node>();
  node->what = UnaryMinusNode{std::move(operand)};
  return finish(std::move(node), sign.offset);
}

Parser::Built Parser::primary() {
  switch (peek().kind) {
    case Token::Kind::number:
    case Token::Kind::duration:
    case Token::Kind::string:
      return literal();
    case Token::Kind::word:
      return word();
    case Token::Kind::symbol:
      if (at_symbol("(")) return parenthesised();
      if (at_symbol("{")) return selector();
      break;
    case Token::Kind::end:
      break;
  }
  return unexpected("an expression");
}

Parser::Built Parser::parenthesised() {
  const std::size_t begin = peek().offset;
  take();
  TRY_ASSIGN(auto node, binary(1));
  TRY(expect(")", "to close the parenthesis"));
  node->begin = begin;
  node->end = end_of_last();
  return node;
}

Parser::Built Parser::literal() {
  auto node = std::make_unique<Node>();
  const std::size_t begin = peek().offset;
  if (peek().kind == Token::Kind::string) {
    TRY_ASSIGN(std::string value, string_value());
    node->what = StringNode{std::move(value)};
    return finish(std::move(node), begin);
  }
  const Token token = take();
  const double value = token.kind == Token::Kind::number
                           ? parse_number(token.text).value_or(0)
                           : static_cast<double>(parse_duration(token.text).value_or(0)) / 1000;
  node->what = NumberNode{value};
  return finish(std::move(node), begin);
}

Parser::Built Parser::word() {
  const std::string lower = to_lower_ascii(peek().text);
  if (lower == "inf" || lower == "nan") {
    auto node = std::make_unique<Node>();
    const Token token = take();
    node->what = NumberNode{parse_number(token.text).value_or(0)};
    return finish(std::move(node), token.offset);
  }
  const std::string after = to_lower_ascii(peek(1).text);
  const bool opens = peek(1).kind == Token::Kind::symbol && after == "(";
  const bool groups = peek(1).kind == Token::Kind::word && (after == "by" || after == "without");
  if ((lower == "limitk" || lower == "limit_ratio") && (opens || groups)) {
    return unsupported(peek().offset, "aggregation " + lower + " is not supported");
  }
  if (find_aggregator(lower) && (opens || groups)) return aggregate();
  if (is_reserved(lower)) return unexpected("an expression");
  if (opens) return call();
  return selector();
}

Parser::Built Parser::call() {
  const Token name = take();
  CallNode node;
  node.function = find_function(name.text);
  if (node.function == nullptr) {
    const std::string shown = quote(sanitize(name.text, 64));
    if (is_unsupported_function(name.text)) {
      return unsupported(name.offset, "function " + shown + " is not supported");
    }
    const std::string_view meant = closest_function(name.text);
    return problem(name.offset, "unknown function with name " + shown +
                                    (meant.empty() ? "" : ", did you mean " + quote(meant) + '?'));
  }
  TRY_ASSIGN(node.arguments, arguments());
  auto built = std::make_unique<Node>();
  built->what = std::move(node);
  return finish(std::move(built), name.offset);
}

Parser::Parsed<std::vector<NodePtr>> Parser::arguments() {
  std::vector<NodePtr> all;
  TRY(expect("(", "before the arguments"));
  while (!at_symbol(")") || !all.empty()) {
    TRY_ASSIGN(NodePtr argument, binary(1));
    all.push_back(std::move(argument));
    if (!at_symbol(",")) break;
    take();
  }
  TRY(expect(")", "to close the arguments"));
  return all;
}

Parser::Built Parser::aggregate() {
  const Token name = take();
  AggregateNode node;
  node.aggregator = *find_aggregator(name.text);
  const auto grouping = [&]() -> Parsed<void> {
    if (!at_word("by") && !at_word("without")) return {};
    node.without = at_word("without");
    take();
    TRY_ASSIGN(node.grouping, label_list());
    return {};
  };
  const bool before = !at_symbol("(");
  if (before) TRY(grouping());
  const std::size_t place = peek().offset;
  TRY_ASSIGN(std::vector<NodePtr> all, arguments());
  if (!before) TRY(grouping());
  const bool parametric = node.aggregator >= Aggregator::topk;
  const std::size_t wanted = parametric ? 2 : 1;
  if (all.empty()) return problem(place, "no arguments for aggregate expression provided");
  if (all.size() != wanted) {
    return problem(place, "wrong number of arguments for aggregate expression provided, expected " +
                              std::to_string(wanted) + ", got " + std::to_string(all.size()));
  }
  node.operand = std::move(all.back());
  if (parametric) node.parameter = std::move(all.front());
  std::ranges::sort(node.grouping);
  const auto repeated = std::ranges::unique(node.grouping);
  node.grouping.erase(repeated.begin(), repeated.end());
  auto built = std::make_unique<Node>();
  built->what = std::move(node);
  return finish(std::move(built), name.offset);
}

const Token& Parser::peek(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

bool Parser::at_symbol(std::string_view symbol) const {
  return peek().kind == Token::Kind::symbol && peek().text == symbol;
}

bool Parser::at_word(std::string_view lower) const {
  return peek().kind == Token::Kind::word && peek().text.size() == lower.size() &&
         to_lower_ascii(peek().text) == lower;
}

Parser::Parsed<void> Parser::expect(std::string_view symbol, std::string_view where) {
  if (!at_symbol(symbol)) {
    return unexpected('"' + std::string(symbol) + "\" " + std::string(where));
  }
  take();
  return {};
}

std::size_t Parser::end_of_last() const {
  return at_ == 0 ? 0 : tokens_[at_ - 1].offset + tokens_[at_ - 1].text.size();
}

std::unexpected<ParseProblem> Parser::unexpected(std::string_view expected) const {
  const std::string found =
      peek().kind == Token::Kind::end ? "end of input" : quote(sanitize(peek().text, 64));
  return problem(peek().offset, "unexpected " + found + ", expected " + std::string(expected));
}

std::unexpected<ParseProblem> Parser::problem(std::size_t offset, std::string message) const {
  return std::unexpected(problem_at(text_, offset, std::move(message)));
}

std::unexpected<ParseProblem> Parser::unsupported(std::size_t offset, std::string message) const {
  return std::unexpected(problem_at(text_, offset, std::move(message), true));
}

}  // namespace clawvigil::promql
