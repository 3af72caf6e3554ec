#include "alerts/engine/template.h"

#include <gtest/gtest.h>

#include <random>

#include "alerts/engine/go_format.h"
#include "alerts/promql/literal.h"
#include "exporter/base/strings.h"
#include "tests/support/hostile_labels.h"

namespace clawvigil::alerts {
namespace {

using promql::Labels;

std::string expand(std::string_view text, double value = 5, const Labels& labels = Labels()) {
  const auto parsed = Template::parse(text);
  return parsed ? parsed->expand(labels, value) : "PROBLEM " + parsed.error().message;
}

TEST(Template, ExpandsValuesLabelsAndConstants) {
  const Labels labels({{"home", "claw"}, {"__name__", "m"}});
  EXPECT_EQ(expand("{{ $labels.home }} has {{ $value }} of {{ \"604800\" | humanizeDuration }}",
                   1.5, labels),
            "claw has 1.5 of 7d 0h 0m 0s");
  EXPECT_EQ(expand("[{{ $labels.nothing }}]"), "[]");
  EXPECT_EQ(expand("{{ printf \"%.2f USD, %s %d%%\" $value `x` 7 }}", 1.005), "1.00 USD, x 7%");
  EXPECT_EQ(expand("a {{- /* comment */ -}} b {{- $value -}} \n c"), "ab5c");
}

TEST(Template, RefusesWhatItDoesNotKnowAndSaysWhere) {
  const auto problem = [](std::string_view text) {
    const auto parsed = Template::parse(text);
    return parsed ? std::string("none")
                  : std::to_string(parsed.error().offset) + " " + parsed.error().message;
  };
  EXPECT_EQ(problem("a {{ $value"), "2 the action has no closing }}");
  EXPECT_EQ(problem("{{ if $value }}{{ end }}").substr(0, 9), "3 \"if\" is");
  EXPECT_EQ(problem("{{ .Value }}").substr(0, 13), "3 \".Value\" is");
  EXPECT_EQ(problem("{{ $externalLabels.x }}").substr(0, 4), "3 \"$");
  EXPECT_EQ(problem("{{ $value | }}"), "12 expected a value or a function");
  EXPECT_EQ(problem("{{ \"a\" | humanize }}"), "9 the constant is not a number");
  EXPECT_EQ(problem("{{ humanize \"a\" }}"), "3 the constant is not a number");
  EXPECT_EQ(problem("{{ printf \"%d\" $value }}"),
            "3 printf: %d needs a whole number; for $value write %.0f");
  EXPECT_EQ(problem("{{ printf \"%s\" $value }}").substr(0, 9), "3 printf:");
  EXPECT_EQ(problem("{{ printf \"%5.1f\" $value }}").substr(0, 9), "3 printf:");
  EXPECT_EQ(problem("{{ printf \"%f\" }}"), "3 printf has fewer values than its format");
  EXPECT_EQ(problem("{{ $value $value }}"), "3 expected one value or a function");
}

TEST(Template, TextOfStrangersIsBoundedAndClean) {
  const Labels labels(std::vector<promql::Label>{{"x", std::string(10'000, 'a') + "\n\x1b[31m"}});
  EXPECT_LE(expand("{{ $labels.x }}", 0, labels).size(), 256U);
  std::string many;
  for (int i = 0; i < 100; ++i) many += "{{ $labels.x }}é";
  const std::string text = expand(many, 0, labels);
  EXPECT_LE(text.size(), kMaxExpandedBytes);
  EXPECT_TRUE(is_valid_utf8(text));
  EXPECT_EQ(expand("{{ $labels.y }}", 0, Labels(std::vector<promql::Label>{{"y", "a\nb"}})),
            "a\uFFFDb");
}

// Whatever a label says, the query stays the one that was loaded, and asks for exactly that label.
TEST(Template, NoLabelChangesAQuery) {
  const auto parsed = Template::parse(
      R"t({{ with printf "topk(1, rate(a{x=%q,y!=%q}[5m])) or b{x='1'}" $labels.x $labels.y | query }})t"
      R"t({{ . | first | value }}{{ end }})t");
  ASSERT_TRUE(parsed) << parsed.error().message;
  std::vector<std::string> values = test::kHostileLabels;
  values.emplace_back("\n\r\t\x1b\x7f");
  values.emplace_back("\xff\xfe\"} or vector(1)", 16);
  values.emplace_back("nul\0 byte", 9);
  values.emplace_back("");
  values.emplace_back(5000, '"');
  std::mt19937 random(11);
  std::uniform_int_distribution<std::size_t> pick(0, 15);
  for (int i = 0; i < 500; ++i) {
    std::string value;
    while (value.size() < 12) value += "\"\\'`{}()%q\n#,x="[pick(random)];
    values.push_back(std::move(value));
  }
  for (const std::string& value : values) {
    const Labels labels({{"x", value}, {"y", value + "\\"}});
    std::size_t asked = 0;
    static_cast<void>(parsed->expand(labels, 0, [&](const promql::Expression& query) {
      ++asked;
      const auto selectors = query.selectors();
      EXPECT_EQ(selectors.size(), 2U) << query.text();
      const auto& matchers = selectors.at(0).matchers;
      EXPECT_EQ(matchers.size(), 3U) << query.text();
      for (const promql::Matcher& matcher : matchers) {
        const bool is_x = matcher.name() == "x";
        const bool is_y = matcher.name() == "y";
        EXPECT_EQ(matcher.value(), is_x ? value : is_y ? value + "\\" : "a") << query.text();
        EXPECT_EQ(matcher.kind() == promql::Matcher::Kind::not_equal, is_y);
      }
      EXPECT_EQ(selectors.at(0).range, 300'000);
      return Result<promql::Vector>(promql::Vector());
    }));
    EXPECT_EQ(asked, 1U) << go::quoted(value);
  }
}

TEST(Template, GoAndPromqlReadTheSameQuotes) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    while (text.size() < static_cast<std::size_t>(i) % 17) text += static_cast<char>(byte(random));
    if (i % 3 == 0) text += "\u202e\"\\\n\u00e9";
    const auto read = promql::unquote(go::quoted(text));
    ASSERT_TRUE(read) << go::quoted(text);
    EXPECT_EQ(*read, text);
  }
  EXPECT_EQ(go::quoted("\x1b\x7f\xff\a\v\"\\\t\u200b\u0085\U000e0001é"),
            R"t("\x1b\x7f\xff\a\v\"\\\t\u200b\u0085\U000e0001é")t");
}

TEST(Template, QueriesAreReadWhenTheTemplateIs) {
  const auto problem = [](std::string_view text) {
    const auto parsed = Template::parse(text);
    return parsed ? std::string("none")
                  : std::to_string(parsed.error().offset) + " " + parsed.error().message;
  };
  EXPECT_EQ(problem(R"t({{ query "sum(up" | first | value }})t"),
            "16 query: unexpected end of input, expected \")\" to close the arguments");
  EXPECT_EQ(problem(R"t({{ query "a{b=\"c\"} +" | first | value }})t").substr(0, 10), "22 query: ");
  EXPECT_EQ(
      problem(R"t({{ with printf "a %% b{c=%q} )" $labels.c | query }}{{ end }})t").substr(0, 34),
      "29 query: unexpected \")\", expected");
  EXPECT_EQ(problem("{{ query `up[5m]` | first | value }}"),
            "10 query: it must give a vector or a number");
  EXPECT_EQ(problem(R"t({{ query $labels.x | first | value }})t").substr(0, 23),
            "9 a query is a constant");
  const std::string whole = "query: a label must be the whole value of a matcher";
  const auto with = [&](const std::string& format, const std::string& argument) {
    return problem("{{ with printf `" + format + "` " + argument + " | query }}{{ end }}");
  };
  EXPECT_EQ(with("a{b=~%q}", "$labels.b").substr(3, whole.size()), whole);
  EXPECT_EQ(with("{__name__=%q}", "$labels.b").substr(3, whole.size()), whole);
  EXPECT_EQ(with("label_replace(a, \"x\", %q, \"y\", \"\")", "$labels.b").substr(3, whole.size()),
            whole);
  EXPECT_EQ(with("a{b='%s'}", "$labels.b").substr(0, 36), "27 a label goes into a query as %q o");
  EXPECT_EQ(with("a > %v", "$value").substr(0, 34), "24 only constants and labels go in");
  EXPECT_EQ(problem(R"t({{ range query "up" }}{{ query "up" | first | value }}{{ end }})t"),
            "25 a query in a range would be asked for every element");
  EXPECT_EQ(problem(R"t({{ query "up" }})t").substr(0, 30), "2 expected a text or a number:");
  EXPECT_EQ(problem(R"t({{ query "up" | value }})t"),
            "16 value needs one element of a result, which first gives");
  EXPECT_EQ(problem(R"t({{ query "up" | first | humanize }})t"), "24 humanize needs a number");
  EXPECT_EQ(problem(R"t({{ query "up" | printf "%v" }})t").substr(0, 20), "16 printf: it needs ");
  EXPECT_EQ(problem(R"t({{ query "up" | first | label }})t"), "24 expected exactly two arguments");
  EXPECT_EQ(problem(R"t({{ range $value }}{{ end }})t"), "8 range needs the result of a query");
  EXPECT_EQ(problem("a {{ with $value }} b"), "2 it has no {{ end }}");
  EXPECT_EQ(problem("{{ end }}"), "0 end without with or range");
  EXPECT_EQ(problem("{{ with 1 }}{{ else }}{{ else }}{{ end }}"), "22 a second else");
  EXPECT_EQ(problem("{{ with 1 }}{{ else with 2 }}{{ end }}"), "19 expected }} behind else");
  EXPECT_EQ(problem("{{ . }}").substr(0, 9), "3 \".\" is ");
  EXPECT_EQ(problem("{{ with $value }}{{ .Value }}{{ end }}").substr(0, 12), "20 \".Value\" ");
  EXPECT_EQ(problem("{{ query (printf `up`) }}").substr(0, 20), "9 parentheses are no");
  std::string many;
  for (std::size_t i = 0; i <= kMaxQueries; ++i) many += "{{ with query `up` }}{{ end }}";
  EXPECT_EQ(problem(many).substr(4), "too many queries in one text");
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "{{ with 1 }}";
  EXPECT_EQ(problem(deep), "96 with and range are nested too deep");
}

TEST(Template, FailedQueriesSaySo) {
  EXPECT_EQ(expand(R"t({{ query "up" | first | value }})t"),
            "<error expanding template: error calling query: nothing answers queries here>");
  const auto expand_with = [](std::string_view text, const AskQuery& ask) {
    return Template::parse(text)->expand(Labels(), 0, ask);
  };
  const auto nothing = [](const auto&) { return Result<promql::Vector>(promql::Vector()); };
  EXPECT_EQ(expand_with(R"t(x {{ query "up" | first | value }})t", nothing),
            "<error expanding template: error calling first: first() called on vector with no "
            "elements>");
  EXPECT_EQ(expand_with(R"t(x{{ with query "up" }}{{ . | first | value }}{{ end }})t", nothing),
            "x");
  const auto many = [](const auto&) {
    return Result<promql::Vector>(promql::Vector(20'000, {Labels(), 1.0}));
  };
  EXPECT_LE(expand_with(R"t({{ range query "up" }}{{ .Value }}{{ end }})t", many).size(),
            kMaxExpandedBytes);
}

TEST(Template, TimesReadAsInPrometheus) {
  EXPECT_EQ(expand("{{ $value | humanizeTimestamp }}", 1763784000.5),
            "2025-11-22 04:00:00.5 +0000 UTC");
  EXPECT_EQ(expand("{{ $value | humanizeTimestamp }}", 0), "1970-01-01 00:00:00 +0000 UTC");
  EXPECT_EQ(expand("{{ $value | humanizeTimestamp }}", 1e21).substr(0, 26),
            "<error expanding template:");
}

}  // namespace
}  // namespace clawvigil::alerts
