#include "alerts/engine/template.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "exporter/base/strings.h"
#include "tests/support/temp_dir.h"

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
  EXPECT_EQ(problem("{{ range query \"up\" }}{{ end }}").substr(0, 12), "3 \"range\" is");
  EXPECT_EQ(problem("{{ .Value }}").substr(0, 13), "3 \".Value\" is");
  EXPECT_EQ(problem("{{ $externalLabels.x }}").substr(0, 4), "3 \"$");
  EXPECT_EQ(problem("{{ $value | }}"), "12 expected a value or a function");
  EXPECT_EQ(problem("{{ \"a\" | humanize }}"), "none");  // only known when it runs
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

// promtool is the judge: it expands the same templates over the same samples.
TEST(Template, ExpandsAsPrometheusDoes) {
  if (std::system("promtool --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "SKIPPED: no promtool";
  const std::vector<std::string> templates{
      "{{ $value }}",
      "{{ $value | humanize }}",
      "{{ humanize1024 $value }}",
      "{{ $value | humanizeDuration }}",
      "{{ $value | humanizePercentage }}",
      "{{ $value | printf \"%.2f|%e\" 1.5 }}",
      "{{ printf \"%g %.3g %v\" $value $value $value }}",
      "{{ printf \"%f %.0f\" $value $value }}",
      "{{ \"1209600\" | humanizeDuration }}",
      "{{ 5 }} {{ 5.0 }} {{ 1e6 }} {{ -3 }} {{ 0.5 | humanizePercentage }}",
      "{{ $labels.name | printf \"%q\" }} {{ $labels.none }}.",
      "{{ $labels.name -}} \n  x  {{- \" y\" }}{{/* gone */}}",
      "{{ `raw \\n` }}{{ \"a\\tb\\\"\" }}",
      "{{ \"1_0\" | printf \"%s\" }} {{ \"1e3\" | humanize }}"};
  const std::vector<std::pair<std::string, double>> samples{
      {"0", 0},           {"1", 1},           {"-1.5", -1.5},        {"0.0042", 0.0042},
      {"59.99", 59.99},   {"604800", 604800}, {"1234567", 1234567},  {"1e18", 1e18},
      {"123456", 123456}, {"0.1", 0.1},       {"-86461", -86461},    {"3.3e-10", 3.3e-10},
      {"999.95", 999.95}, {"1023.9", 1023.9}, {"NaN", std::nan("")}, {"+Inf", INFINITY}};
  std::string rules = "groups:\n- name: g\n  rules:\n";
  std::string series;
  std::string expected;
  for (std::size_t s = 0; s < samples.size(); ++s) {
    series += "  - {series: 'm{name=\"n" + std::to_string(s) + "\"}', values: '" +
              samples[s].first + "'}\n";
  }
  for (std::size_t t = 0; t < templates.size(); ++t) {
    const std::string name = "T" + std::to_string(t);
    const auto quoted = nlohmann::json(templates[t]).dump();
    rules += "  - alert: " + name + "\n    expr: m\n    annotations: {text: " + quoted + "}\n";
    expected += "  - eval_time: 0m\n    alertname: " + name + "\n    exp_alerts:\n";
    for (std::size_t s = 0; s < samples.size(); ++s) {
      const std::string label = "n" + std::to_string(s);
      const auto text = expand(templates[t], samples[s].second,
                               Labels(std::vector<promql::Label>{{"name", label}}));
      expected += "    - exp_labels: {name: " + label +
                  "}\n      exp_annotations: {text: " + nlohmann::json(text).dump() + "}\n";
    }
  }
  const test::TempDir directory;
  directory.write("rules.yml", rules);
  directory.write("test.yml",
                  "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  "
                  "input_series:\n" +
                      series + "  alert_rule_test:\n" + expected);
  EXPECT_EQ(std::system(("promtool test rules " + directory / "test.yml" + " >&2").c_str()), 0);
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
