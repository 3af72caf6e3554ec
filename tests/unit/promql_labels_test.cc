#include <gtest/gtest.h>

#include <limits>
#include <utility>

#include "alerts/promql/literal.h"
#include "alerts/promql/regex.h"
#include "alerts/promql/source.h"

namespace clawvigil::promql {
namespace {

Labels of(std::vector<Label> labels) { return Labels(std::move(labels)); }

TEST(PromqlLabels, AreSortedAndWithoutEmptyOnes) {
  const Labels labels = of({{"b", "2"}, {"a", ""}, {"__name__", "up"}, {"c", "x\"\n\\"}});
  EXPECT_EQ(labels.to_string(), R"(up{b="2", c="x\"\n\\"})");
  EXPECT_EQ(labels.get("b"), "2");
  EXPECT_EQ(labels.get("a"), "");
  EXPECT_EQ(labels.all().size(), 3U);
  EXPECT_EQ(Labels().to_string(), "{}");
  EXPECT_EQ(of({{"__name__", "up"}}).to_string(), "up");
  EXPECT_EQ(of({{"__name__", "not plain"}, {"a.b", "c"}}).to_string(),
            R"({__name__="not plain", "a.b"="c"})");
}

TEST(PromqlLabels, ChangeOneByOne) {
  const Labels labels = of({{"a", "1"}, {"b", "2"}});
  EXPECT_EQ(labels.with("b", ""), of({{"a", "1"}}));
  EXPECT_EQ(labels.with("c", "3").with("c", ""), labels);
  EXPECT_EQ(labels.with("a", "x").to_string(), R"({a="x", b="2"})");
  EXPECT_EQ(labels.with("a", "").with("b", ""), Labels());
  EXPECT_EQ(labels.to_string(), R"({a="1", b="2"})");
}

TEST(PromqlLabels, EqualOnesHashAlike) {
  EXPECT_EQ(of({{"a", "1"}, {"b", "2"}}), of({{"b", "2"}, {"a", "1"}}));
  EXPECT_EQ(of({{"a", "1"}, {"b", "2"}}).hash(), of({{"b", "2"}, {"a", "1"}}).hash());
  EXPECT_NE(of({{"a", "bc"}}), of({{"ab", "c"}}));
  EXPECT_NE(of({{"a", "bc"}}).hash(), of({{"ab", "c"}}).hash());
  EXPECT_NE(of({{"a", "1"}, {"b", "2"}}), of({{"a", "2"}, {"b", "1"}}));
  EXPECT_NE(Labels(), of({{"a", "1"}}));
}

struct MatchCase {
  Matcher::Kind kind;
  const char* pattern;
  const char* value;
  bool matches;
};

TEST(PromqlMatcher, MatchesAsPrometheus) {
  using Kind = Matcher::Kind;
  for (const MatchCase& match : {
           MatchCase{Kind::equal, "a", "a", true},
           {Kind::equal, "", "", true},
           {Kind::not_equal, "a", "", true},
           {Kind::matches, "a|bc", "bc", true},
           {Kind::matches, "a|bc", "abc", false},
           {Kind::matches, "a|", "", true},
           {Kind::matches, "a", "A", false},
           {Kind::matches, "(?i)a|b", "B", true},
           {Kind::matches, "a.c", "a\nc", true},
           {Kind::matches, "b", "abc", false},
           {Kind::matches, ".*b.*", "abc", true},
           {Kind::matches, ".+", "", false},
           {Kind::matches, "", "", true},
           {Kind::not_matches, "a.*", "abc", false},
           {Kind::not_matches, "a.*", "", true},
       }) {
    const auto matcher = Matcher::create(match.kind, "name", match.pattern);
    ASSERT_TRUE(matcher.has_value()) << match.pattern;
    EXPECT_EQ(matcher->matches(std::string_view(match.value)), match.matches)
        << match.pattern << " on " << match.value;
  }
  EXPECT_FALSE(Matcher::create(Kind::matches, "a", "[").has_value());
  EXPECT_EQ(Matcher::create(Kind::matches, "a", std::string(5000, '.')).error().code,
            Errc::too_large);
}

TEST(PromqlRegex, ExpandsReferences) {
  const auto expanded = [](const char* pattern, const char* text, const char* replacement) {
    std::string result = "untouched";
    const bool matched = Regex::compile(pattern)->expand(text, replacement, result);
    return matched ? result : "no match, " + result;
  };
  EXPECT_EQ(expanded("(.)(.)", "ab", "$2$1"), "ba");
  EXPECT_EQ(expanded("(.)(.)", "ab", "${2}x$1x"), "bx");  // $1x is a name
  EXPECT_EQ(expanded("(?P<first>.).*", "ab", "$first-${first}"), "a-a");
  EXPECT_EQ(expanded("a", "a", "$0$$$1"), "a$");
  EXPECT_EQ(expanded("a.", "ab", "$9${x}$"), "$");
  EXPECT_EQ(expanded("a", "b", "c"), "no match, untouched");
  EXPECT_EQ(expanded("(a)|b", "b", "[$1]"), "[]");
}

TEST(PromqlLiteral, NumbersAndDurations) {
  EXPECT_EQ(parse_number("1_000"), 1000);
  EXPECT_EQ(parse_number("0x1F"), 31);
  EXPECT_EQ(parse_number("017"), 15);
  EXPECT_EQ(parse_number("08"), 8);
  EXPECT_EQ(parse_number(".5e-1"), 0.05);
  EXPECT_EQ(parse_number("iNf"), std::numeric_limits<double>::infinity());
  for (const char* const text : {"", "_1", "1__0", "1_", "0x", "1e", "1e999", "1.2.3", "x", "+1"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_duration("1y2w3d4h5m6s7ms"),
            31'536'000'000 + 1'209'600'000 + 259'200'000 + 14'400'000 + 300'000 + 6'000 + 7);
  for (const char* const text : {"", "5", "m", "5m5h", "5m5m", "5min", "-5m", "300y", "1.5h"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(PromqlLiteral, Strings) {
  EXPECT_EQ(unquote(R"("a\"b\n\x41\101\u00e9\U0001F600")").value(), "a\"b\nAAé😀");
  EXPECT_EQ(unquote(R"('it\'s "x"')").value(), "it's \"x\"");
  EXPECT_EQ(unquote(R"(`\n`)").value(), "\\n");
  for (const char* const text : {R"("\'")", R"('\"')", R"("\q")", R"("\x4")", R"("\400")",
                                 R"("\ud800")", R"("\U00110000")", R"("\)"}) {
    EXPECT_FALSE(unquote(text).has_value()) << text;
  }
  EXPECT_EQ(unquote(quote("a\"\\\n\t\x01é")).value(), "a\"\\\n\t\x01é");
  EXPECT_EQ(unquote(quote("\xff")).value(), "\xff");
  EXPECT_EQ(format_float(0.1), "0.1");
  EXPECT_EQ(format_float_plain(1e21), "1000000000000000000000");
  EXPECT_EQ(format_float(-std::numeric_limits<double>::infinity()), "-Inf");
}

}  // namespace
}  // namespace clawvigil::promql
