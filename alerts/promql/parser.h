// From text to tree, by recursive descent with precedence climbing; the grammar is that of
// Prometheus 3 (promql/parser/generated_parser.y). Types are checked on the way (typecheck.h).
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/promql/ast.h"
#include "alerts/promql/lexer.h"

namespace clawvigil::promql {

inline constexpr std::size_t kMaxNesting = 128;  // of parentheses, calls, signs and ^
inline constexpr std::size_t kMaxDepth = 256;    // of the tree, which a + b + c... makes deep too

class Parser {
 public:
  template <class T>
  using Parsed = std::expected<T, ParseProblem>;
  using Built = Parsed<std::unique_ptr<Expression::Node>>;

  // `tokens` are those of `text`; both must outlive the parser.
  Parser(std::string_view text, const std::vector<Token>& tokens) : text_(text), tokens_(tokens) {}

  [[nodiscard]] Built run();

 private:
  // parser.cc: operators, calls, aggregations
  Built binary(int least_precedence);
  Built unary();
  Built primary();
  Built parenthesised();
  Built literal();
  Built word();
  Built call();
  Built aggregate();
  Parsed<std::vector<NodePtr>> arguments();
  Parsed<void> modifiers(BinaryNode& node);

  // parser_selector.cc
  Built selector();
  Built postfix(std::unique_ptr<Expression::Node> node);           // of a selector
  Built postfix_of_other(std::unique_ptr<Expression::Node> node);  // which may have none
  Parsed<void> matcher_list(SelectorNode& node, std::size_t begin);
  Parsed<void> matcher(SelectorNode& node, bool& names_metric);
  Parsed<void> range(Expression::Node& node);
  Parsed<void> offset(Expression::Node& node, bool& seen);
  Parsed<TimeMs> duration(bool in_brackets);
  Parsed<std::vector<std::string>> label_list();
  Parsed<std::string> string_value();

  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
  Token take() { return tokens_[at_++]; }
  [[nodiscard]] bool at_symbol(std::string_view symbol) const;
  [[nodiscard]] bool at_word(std::string_view lower) const;  // in any case
  Parsed<void> expect(std::string_view symbol, std::string_view where);
  [[nodiscard]] std::size_t end_of_last() const;
  [[nodiscard]] std::unexpected<ParseProblem> unexpected(std::string_view expected) const;
  [[nodiscard]] std::unexpected<ParseProblem> problem(std::size_t offset,
                                                      std::string message) const;
  [[nodiscard]] std::unexpected<ParseProblem> unsupported(std::size_t offset,
                                                          std::string message) const;
  Built finish(std::unique_ptr<Expression::Node> node, std::size_t begin) const;

  std::string_view text_;
  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
};

}  // namespace clawvigil::promql
