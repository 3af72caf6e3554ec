#include <gtest/gtest.h>

#include "alerts/promql/expression.h"

namespace clawvigil::promql {
namespace {

struct WrongCase {
  const char* text;
  std::size_t line;
  std::size_t column;
  const char* message;
};

TEST(PromqlParser, WrongExpressionsSayWhereAndWhy) {
  for (const WrongCase& wrong : {
           WrongCase{"", 1, 1, "no expression found in input"},
           {"# nothing", 1, 1, "no expression found in input"},
           {"foo >", 1, 6, "unexpected end of input, expected an expression"},
           {"foo\n  > )", 2, 5, "unexpected \")\", expected an expression"},
           {"é{a=\"b\"}", 1, 1, "unexpected character: é"},
           {"foo{ä=\"b\"}", 1, 5, "unexpected character: ä"},
           {"foo{a=\"é\"} bar", 1, 12, "unexpected \"bar\", expected an operator or the end"},
           {"foo{a=b}", 1, 7, "unexpected \"b\", expected a quoted string in label matching"},
           {"foo{a==\"b\"}", 1, 6,
            "unexpected \"==\", expected one of = != =~ !~ in label matching"},
           {"foo{a=\"b\"", 1, 10,
            "unexpected end of input, expected \"}\" or \",\" in label matching"},
           {"{}", 1, 1, "vector selector must contain at least one non-empty matcher"},
           {"{a=~\".*\"}", 1, 1, "vector selector must contain at least one non-empty matcher"},
           {"foo{__name__=\"bar\"}", 1, 1, "metric name must not be set twice: \"foo\" or \"bar\""},
           {"{\"foo\", \"bar\"}", 1, 1, "metric name must not be set twice: \"foo\" or \"bar\""},
           {"foo{a=~\"(\"}", 1, 8, "missing ): ("},
           {"'abc", 1, 1, "unterminated quoted string"},
           {"\"a\nb\"", 1, 1, "unterminated quoted string"},
           {"foo{a=\"\\q\"}", 1, 7, "unknown escape sequence in a quoted string"},
           {"1e", 1, 1, "bad number or duration syntax: \"1e\""},
           {"5x", 1, 1, "bad number or duration syntax: \"5x\""},
           {"foo[5m5h]", 1, 5, "bad number or duration syntax: \"5m5h\""},
           {"foo[0]", 1, 5, "duration must be greater than 0"},
           {"foo[]", 1, 5, "unexpected \"]\", expected a duration"},
           {"foo[5m", 1, 7, "unexpected end of input, expected \"]\" to close the range"},
           {"foo offset 1m[5m]", 1, 14, "no offset modifiers allowed before range"},
           {"foo[5m][5m]", 1, 8, "ranges only allowed for vector selectors"},
           {"(foo)[5m]", 1, 6, "ranges only allowed for vector selectors"},
           {"foo offset 1m offset 2m", 1, 15, "offset may not be set multiple times"},
           {"sum(foo) offset 1m", 1, 10,
            "offset modifier must be preceded by an instant vector selector or range vector "
            "selector or a subquery"},
           {"rate(foo)", 1, 6,
            "expected type range vector in call to function \"rate\", got instant vector"},
           {"sum(foo[5m])", 1, 5,
            "expected type instant vector in aggregation expression, got range vector"},
           {"topk(foo, bar)", 1, 6,
            "expected type scalar in aggregation parameter, got instant vector"},
           {"sum()", 1, 4, "no arguments for aggregate expression provided"},
           {"sum(a, b)", 1, 4,
            "wrong number of arguments for aggregate expression provided, expected 1, got 2"},
           {"count_values(\"\", foo)", 1, 14, "invalid label name \"\""},
           {"sum by (a b) (foo)", 1, 11,
            "unexpected \"b\", expected \")\" or \",\" in grouping opts"},
           {"ratee(foo[5m])", 1, 1, "unknown function with name \"ratee\", did you mean \"rate\"?"},
           {"frobnicate(foo)", 1, 1, "unknown function with name \"frobnicate\""},
           {"abs(foo, foo)", 1, 1, "expected 1 argument(s) in call to \"abs\", got 2"},
           {"round()", 1, 1, "expected at least 1 argument(s) in call to \"round\", got 0"},
           {"hour(a, b)", 1, 1, "expected at most 1 argument(s) in call to \"hour\", got 2"},
           {"abs(foo,)", 1, 9, "unexpected \")\", expected an expression"},
           {"label_replace(a, \"\", \"\", \"\", \"\")", 1, 18,
            "invalid label name in label_replace(): \"\""},
           {"label_replace(a, \"b\", \"\", \"\", \"(\")", 1, 31,
            "invalid regular expression in label_replace(): ( (missing ): ()"},
           {"1 == 2", 1, 1, "comparisons between scalars must use BOOL modifier"},
           {"a + bool b", 1, 5, "bool modifier can only be used on comparison operators"},
           {"a and 1", 1, 1, "set operator \"and\" not allowed in binary scalar expression"},
           {"a + on(x) 1", 1, 1, "vector matching only allowed between instant vectors"},
           {"a and on(x) group_left b", 1, 1, "no grouping allowed for \"and\" operation"},
           {"a * on(x) group_left(x) b", 1, 1,
            "label \"x\" must not occur in ON and GROUP clause at once"},
           {"a[5m] + 1", 1, 1,
            "binary expression must contain only scalar and instant vector types"},
           {"-\"a\"", 1, 2,
            "unary expression only allowed on expressions of type scalar or instant vector, got "
            "\"string\""},
           {"on", 1, 1, "unexpected \"on\", expected an expression"},
       }) {
    const auto parsed = Expression::parse(wrong.text);
    ASSERT_FALSE(parsed.has_value()) << wrong.text;
    EXPECT_EQ(parsed.error().message, wrong.message) << wrong.text;
    EXPECT_EQ(parsed.error().line, wrong.line) << wrong.text;
    EXPECT_EQ(parsed.error().column, wrong.column) << wrong.text;
    EXPECT_FALSE(parsed.error().unsupported) << wrong.text;
  }
}

TEST(PromqlParser, WhatPromqlHasAndThisHasNotIsSaid) {
  for (const char* const text : {
           "rate(foo[5m:1m])",
           "foo[5m:]",
           "(a + b)[5m:1m]",
           "sum(foo)[5m:]",
           "foo @ 5",
           "foo @ end()",
           "sum(foo) @ 5",
           "foo[5m] @ start()",
           "limitk(3, foo)",
           "limit_ratio by (a) (0.5, foo)",
           "info(foo)",
           "histogram_quantile(0.9, foo)",
           "histogram_count(foo)",
           "foo[5m+1m]",
           "foo[5m * 2]",
           "foo[-5m]",
           "foo[(5m)]",
           "foo[step()]",
           "foo[max(5m, step())]",
           "foo offset (1m + 1m)",
           "foo offset step()",
           "a + fill(0) b",
           "a + on(x) fill_left(0) b",
           "foo anchored",
           "rate(foo[5m] smoothed)",
           "foo </ 5",
           "holt_winters(foo[5m], 0.5, 0.5)",
           "step()",
       }) {
    const auto parsed = Expression::parse(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_TRUE(parsed.error().unsupported) << text << ": " << parsed.error().message;
  }
}

TEST(PromqlParser, TheCaretStandsBelowThePlace) {
  const auto caret = [](std::string_view text) {
    return with_caret(text, Expression::parse(text).error());
  };
  EXPECT_EQ(caret("rate(foo[5m]) >"), "rate(foo[5m]) >\n               ^");
  EXPECT_EQ(caret("a >\n\tfoo{é=\"\"}\n+ b"), "\tfoo{é=\"\"}\n\t    ^");
  const std::string lengthy = std::string(500, 'a') + " )" + std::string(500, ' ');
  EXPECT_EQ(caret(lengthy),
            std::string(59, 'a') + " )" + std::string(39, ' ') + '\n' + std::string(60, ' ') + '^');
}

TEST(PromqlParser, SizeAndDepthAreBounded) {
  const auto message = [](const std::string& text) {
    const auto parsed = Expression::parse(text);
    return parsed ? std::string("fine") : parsed.error().message;
  };
  const auto repeated = [](const char* part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += part;
    return text;
  };
  EXPECT_EQ(message(repeated("(", 100) + '1' + repeated(")", 100)), "fine");
  EXPECT_EQ(message(repeated("(", 60'000)), "expression is too deep");
  EXPECT_EQ(message(repeated("-", 60'000)), "expression is too deep");
  EXPECT_EQ(message(repeated("abs(", 16'000)), "expression is too deep");
  EXPECT_EQ(message("1" + repeated("^1", 30'000)), "expression is too deep");
  EXPECT_EQ(message("1" + repeated("+1", 200)), "fine");
  EXPECT_EQ(message("1" + repeated("+1", 30'000)), "expression is too deep");
  EXPECT_EQ(message(std::string(65'537, ' ')), "expression longer than 65536 bytes");
  EXPECT_EQ(message("a{b=\"\xff\"}"), "expression is not valid UTF-8");
  EXPECT_EQ(message("a{b=~\"" + std::string(5000, '.') + "\"}"),
            "regular expression longer than 4096 bytes");
  EXPECT_NE(message("a{b=~\"((.{100}){100}){100}\"}"), "fine");
}

TEST(PromqlParser, TypesSelectorsAndTheTopComparison) {
  const auto parse = [](const char* text) { return Expression::parse(text).value(); };
  EXPECT_EQ(parse("1 + 5m").type(), ValueType::scalar);
  EXPECT_EQ(parse("(('a'))").type(), ValueType::string);
  EXPECT_EQ(parse("foo[5m]").type(), ValueType::matrix);
  EXPECT_EQ(parse("sum").type(), ValueType::vector);  // a metric of that name

  const auto selectors =
      parse("a{b!=\"c\"} offset -1m > absent(rate(d[300] offset 1m)) + topk(scalar(e), f)")
          .selectors();
  ASSERT_EQ(selectors.size(), 4U);
  EXPECT_EQ(selectors[0].matchers[0].name(), kMetricName);
  EXPECT_EQ(selectors[0].matchers[1].kind(), Matcher::Kind::not_equal);
  EXPECT_EQ(selectors[0].offset, -60'000);
  EXPECT_FALSE(selectors[0].inside_absent);
  EXPECT_EQ(selectors[1].range, 300'000);
  EXPECT_EQ(selectors[1].offset, 60'000);
  EXPECT_TRUE(selectors[1].inside_absent);
  EXPECT_FALSE(selectors[3].inside_absent);

  const auto comparison = parse("( sum(a) / 2 ) >= -1.5").top_comparison();
  ASSERT_NE(comparison, nullptr);
  EXPECT_EQ(comparison->left.text(), "( sum(a) / 2 )");
  EXPECT_EQ(comparison->left.type(), ValueType::vector);
  EXPECT_EQ(comparison->op, ">=");
  EXPECT_EQ(comparison->threshold, -1.5);
  EXPECT_EQ(parse("a > b").top_comparison(), nullptr);
  EXPECT_EQ(parse("a > bool 1").top_comparison(), nullptr);
  EXPECT_EQ(parse("a > 1 or b").top_comparison(), nullptr);
}

}  // namespace
}  // namespace clawvigil::promql
