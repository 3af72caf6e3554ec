// The part of the parser that reads selectors: {name="value"}, [5m], offset.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "alerts/promql/literal.h"
#include "alerts/promql/parser.h"
#include "exporter/base/strings.h"

namespace clawvigil::promql {
namespace {

using Node = Expression::Node;

constexpr std::string_view kSubquery = "subqueries are not supported";
constexpr std::string_view kDurationExpression = "duration expressions are not supported";
constexpr std::string_view kAtModifier = "the @ modifier is not supported";

bool matches_everything(const Matcher& matcher) { return matcher.matches(std::string_view()); }

}  // namespace

Parser::Built Parser::selector() {
  const std::size_t begin = peek().offset;
  SelectorNode node;
  if (peek().kind == Token::Kind::word) {
    auto name =
        Matcher::create(Matcher::Kind::equal, std::string(kMetricName), std::string(take().text));
    node.matchers.push_back(std::move(*name));
  }
  if (at_symbol("{")) {
    TRY(matcher_list(node, begin));
  }
  if (std::ranges::all_of(node.matchers, matches_everything)) {
    return problem(begin, "vector selector must contain at least one non-empty matcher");
  }
  auto built = std::make_unique<Node>();
  built->what = std::move(node);
  return finish(std::move(built), begin);
}

Parser::Parsed<void> Parser::matcher_list(SelectorNode& node, std::size_t begin) {
  bool named = !node.matchers.empty();
  take();
  while (!at_symbol("}")) {
    bool names = false;
    TRY(matcher(node, names));
    named = named || names;
    if (!at_symbol(",")) break;
    take();
  }
  TRY(expect("}", "or \",\" in label matching"));
  std::vector<std::string> names;
  for (const Matcher& matcher : node.matchers) {
    if (matcher.name() == kMetricName) names.push_back(quote(matcher.value()));
  }
  if (named && names.size() > 1) {
    return problem(begin, "metric name must not be set twice: " + names[0] + " or " + names[1]);
  }
  return {};
}

// name="value", "quoted name"="value", or "quoted metric name".
Parser::Parsed<void> Parser::matcher(SelectorNode& node, bool& names_metric) {
  const std::size_t place = peek().offset;
  std::string name;
  const bool is_quoted = peek().kind == Token::Kind::string;
  if (is_quoted) {
    TRY_ASSIGN(name, string_value());
  } else if (peek().kind == Token::Kind::word && is_label_name(peek().text)) {
    name = take().text;
  } else {
    return unexpected("a label name or \"}\" in label matching");
  }
  constexpr std::array<std::pair<std::string_view, Matcher::Kind>, 4> kKinds{
      {{"=", Matcher::Kind::equal},
       {"!=", Matcher::Kind::not_equal},
       {"=~", Matcher::Kind::matches},
       {"!~", Matcher::Kind::not_matches}}};
  const auto* const kind =
      std::ranges::find_if(kKinds, [&](const auto& known) { return at_symbol(known.first); });
  if (kind == kKinds.end()) {
    if (!is_quoted) return unexpected("one of = != =~ !~ in label matching");
    names_metric = true;
    auto matcher = Matcher::create(Matcher::Kind::equal, std::string(kMetricName), std::move(name));
    node.matchers.push_back(std::move(*matcher));
    return {};
  }
  take();
  if (peek().kind != Token::Kind::string) return unexpected("a quoted string in label matching");
  const std::size_t value_place = peek().offset;
  TRY_ASSIGN(std::string value, string_value());
  if (name.empty()) return problem(place, "label name must not be empty");
  auto created = Matcher::create(kind->second, std::move(name), std::move(value));
  if (!created) return problem(value_place, created.error().message);
  node.matchers.push_back(std::move(*created));
  return {};
}

Parser::Built Parser::postfix(std::unique_ptr<Node> node) {
  const std::size_t begin = node->begin;
  bool has_offset = false;
  while (true) {
    if (at_symbol("[")) {
      if (has_offset) return problem(peek().offset, "no offset modifiers allowed before range");
      TRY(range(*node));
    } else if (at_word("offset")) {
      TRY(offset(*node, has_offset));
    } else if (at_symbol("@")) {
      return unsupported(peek().offset, std::string(kAtModifier));
    } else if (at_word("anchored") || at_word("smoothed")) {
      return unsupported(peek().offset, "the modifiers anchored and smoothed are not supported");
    } else {
      return finish(std::move(node), begin);
    }
  }
}

// Brackets and modifiers are for selectors; behind anything else they are a subquery or wrong.
Parser::Built Parser::postfix_of_other(std::unique_ptr<Node> node) {
  if (at_symbol("@")) return unsupported(peek().offset, std::string(kAtModifier));
  if (at_word("offset")) {
    return problem(peek().offset,
                   "offset modifier must be preceded by an instant vector selector or range "
                   "vector selector or a subquery");
  }
  if (!at_symbol("[")) return node;
  const std::size_t place = take().offset;
  TRY(duration(true));
  if (at_symbol(":")) return unsupported(place, std::string(kSubquery));
  return problem(place, "ranges only allowed for vector selectors");
}

Parser::Parsed<void> Parser::range(Node& node) {
  auto& selector = std::get<SelectorNode>(node.what);
  const std::size_t bracket = take().offset;
  const std::size_t place = peek().offset;
  TRY_ASSIGN(const TimeMs length, duration(true));
  if (at_symbol(":")) return unsupported(place, std::string(kSubquery));
  TRY(expect("]", "to close the range"));
  if (selector.range != 0) return problem(bracket, "ranges only allowed for vector selectors");
  if (length <= 0) return problem(place, "duration must be greater than 0");
  selector.range = length;
  return {};
}

Parser::Parsed<void> Parser::offset(Node& node, bool& seen) {
  const std::size_t place = take().offset;
  if (seen) return problem(place, "offset may not be set multiple times");
  seen = true;
  const bool negative = at_symbol("-");
  if (negative || at_symbol("+")) take();
  const std::size_t value_place = peek().offset;
  if (at_symbol("(")) return unsupported(value_place, std::string(kDurationExpression));
  TRY_ASSIGN(const TimeMs length, duration(false));
  std::get<SelectorNode>(node.what).offset = negative ? -length : length;
  return {};
}

// 5m, or a number of seconds.
Parser::Parsed<TimeMs> Parser::duration(bool in_brackets) {
  constexpr std::array<std::string_view, 6> kArithmetic{"+", "-", "*", "/", "%", "^"};
  const auto at_arithmetic = [&] {
    return std::ranges::any_of(kArithmetic, [&](auto symbol) { return at_symbol(symbol); });
  };
  const bool function = peek().kind == Token::Kind::word && peek(1).text == "(";
  if (function || at_symbol("(") || at_arithmetic()) {
    return unsupported(peek().offset, std::string(kDurationExpression));
  }
  TimeMs length = 0;
  if (peek().kind == Token::Kind::duration) {
    length = parse_duration(take().text).value_or(0);
  } else if (peek().kind == Token::Kind::number) {
    const std::size_t place = peek().offset;
    const double seconds = parse_number(take().text).value_or(0);
    if (!(std::abs(seconds) < 9e9)) return problem(place, "duration out of range");
    length = std::llround(seconds * 1000);
  } else {
    return unexpected("a duration");
  }
  if (in_brackets && at_arithmetic()) {
    return unsupported(peek().offset, std::string(kDurationExpression));
  }
  return length;
}

// (a, b, "quoted"): of by, without, on, ignoring, group_left, group_right.
Parser::Parsed<std::vector<std::string>> Parser::label_list() {
  std::vector<std::string> labels;
  TRY(expect("(", "before the labels"));
  while (!at_symbol(")")) {
    if (peek().kind == Token::Kind::string) {
      const std::size_t place = peek().offset;
      TRY_ASSIGN(std::string name, string_value());
      if (name.empty() || !is_valid_utf8(name)) {
        return problem(place, "invalid label name: " + quote(name));
      }
      labels.push_back(std::move(name));
    } else if (peek().kind == Token::Kind::word && is_label_name(peek().text)) {
      labels.emplace_back(take().text);
    } else {
      return unexpected("a label or \")\" in grouping opts");
    }
    if (!at_symbol(",")) break;
    take();
  }
  TRY(expect(")", "or \",\" in grouping opts"));
  return labels;
}

Parser::Parsed<std::string> Parser::string_value() {
  const Token token = take();
  Result<std::string> value = unquote(token.text);
  if (!value) return problem(token.offset, value.error().message);
  return std::move(*value);
}

}  // namespace clawvigil::promql
