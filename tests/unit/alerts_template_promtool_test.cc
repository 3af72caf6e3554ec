// promtool is the judge of templates: it expands the same ones over the same samples.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "alerts/engine/template.h"
#include "alerts/promql/literal.h"
#include "tests/support/hostile_labels.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::alerts {
namespace {

using promql::Labels;
using test::kHostileLabels;

// A world of samples at one time, for queries.
struct Samples final : promql::Source {
  std::vector<std::pair<Labels, double>> all;

  void select(std::span<const promql::Matcher> matchers, promql::TimeMs after, promql::TimeMs until,
              const Visitor& visit) const override {
    for (const auto& [labels, value] : all) {
      const auto fits = [&](const promql::Matcher& matcher) { return matcher.matches(labels); };
      const promql::Point point{0, value};
      const bool in_time = after < 0 && 0 <= until;
      if (in_time && std::ranges::all_of(matchers, fits)) visit(labels, {&point, 1});
    }
  }
  Result<promql::Vector> ask(const promql::Expression& query) const {
    TRY_ASSIGN(promql::Value value, query.evaluate(*this, 0));
    if (const auto* scalar = std::get_if<double>(&value)) {
      return promql::Vector{{Labels(), *scalar}};
    }
    return std::get<promql::Vector>(std::move(value));
  }
};

std::string yaml(const std::string& text) { return nlohmann::json(text).dump(); }

// Every template for every series of the metric m.
void expect_as_promtool(const std::vector<std::string>& templates, const Samples& samples) {
  if (std::system("promtool --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "SKIPPED: no promtool";
  std::string rules = "groups:\n- name: g\n  rules:\n";
  std::string series;
  std::string expected;
  for (const auto& [labels, value] : samples.all) {
    series += "  - {series: " + yaml(labels.to_string()) + ", values: '" +
              promql::format_float(value) + "'}\n";
  }
  for (std::size_t t = 0; t < templates.size(); ++t) {
    const std::string name = "T" + std::to_string(t);
    rules += "  - alert: " + name + "\n    expr: m\n    annotations: {text: " + yaml(templates[t]) +
             "}\n";
    expected += "  - eval_time: 0m\n    alertname: " + name + "\n    exp_alerts:\n";
    const auto parsed = Template::parse(templates[t]);
    ASSERT_TRUE(parsed) << templates[t] << ": " << parsed.error().message;
    for (const auto& [labels, value] : samples.all) {
      if (labels.get("__name__") != "m") continue;
      const auto text =
          parsed->expand(labels, value, [&](const auto& q) { return samples.ask(q); });
      EXPECT_FALSE(text.starts_with("<error")) << templates[t] << ": " << text;
      expected += "    - exp_labels: {name: " + yaml(std::string(labels.get("name"))) +
                  "}\n      exp_annotations: {text: " + yaml(text) + "}\n";
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

TEST(Template, ExpandsAsPrometheusDoes) {
  Samples samples;
  for (const double value : {0.0, 1.0, -1.5, 0.0042, 59.99, 604800.0, 1234567.0, 1e18, 123456.0,
                             0.1, -86461.0, 3.3e-10, 999.95, 1023.9, std::nan(""), HUGE_VAL}) {
    const std::string name = "n" + std::to_string(samples.all.size());
    samples.all.emplace_back(Labels({{"__name__", "m"}, {"name", name}}), value);
  }
  expect_as_promtool(
      {"{{ $value }}", "{{ $value | humanize }}", "{{ humanize1024 $value }}",
       "{{ $value | humanizeDuration }}", "{{ $value | humanizePercentage }}",
       "{{ $value | printf \"%.2f|%e\" 1.5 }}", "{{ printf \"%g %.3g %v\" $value $value $value }}",
       "{{ printf \"%f %.0f\" $value $value }}", "{{ \"1209600\" | humanizeDuration }}",
       "{{ 5 }} {{ 5.0 }} {{ 1e6 }} {{ -3 }} {{ 0.5 | humanizePercentage }}",
       "{{ $labels.name | printf \"%q\" }} {{ $labels.none }}.",
       "{{ $labels.name -}} \n  x  {{- \" y\" }}{{/* gone */}}",
       "{{ `raw \\n` }}{{ \"a\\tb\\\"\" }}",
       "{{ \"1_0\" | printf \"%s\" }} {{ \"1e3\" | humanize }}",
       "{{ with $value }}{{ . | humanize }}{{ else }}none of {{ $value }}{{ end }}",
       "{{ with $labels.none }}x{{ else }}no{{ end }}{{ with 0 }}y{{ end }}"},
      samples);
}

Samples hostile_world() {
  Samples samples;
  for (std::size_t i = 0; i < kHostileLabels.size(); ++i) {
    const auto value = static_cast<double>(i);
    samples.all.emplace_back(Labels({{"__name__", "m"}, {"name", kHostileLabels[i]}}), value);
    const std::string model = "gpt-" + std::to_string(i);
    samples.all.emplace_back(
        Labels({{"__name__", "share"}, {"name", kHostileLabels[i]}, {"model", model}}),
        value * 1.37 + 1);
    samples.all.emplace_back(
        Labels({{"__name__", "share"}, {"name", kHostileLabels[i]}, {"model", "o" + model}}),
        value / 7.5);
  }
  return samples;
}

TEST(Template, AsksAsPrometheusDoes) {
  const std::vector<std::string> templates{
      R"t(most {{ with printf "topk(1, share{name=%q})" $labels.name | query }}for )t"
      R"t({{ . | first | label "model" }} ({{ . | first | value | printf "%.2f" }}))t"
      R"t({{ else }}unknown{{ end }}.)t",
      R"t({{ range query "sort_desc(share)" }}{{ .Labels.model }}={{ .Value }}; {{ end }})t",
      R"t({{ range query "share" | sortByLabel "model" -}} {{ .Labels.model }}, {{- end }})t",
      R"t({{ with query "nothing" }}x{{ else }}nobody has {{ $value }}{{ end }})t",
      R"t({{ range query "nothing" }}x{{ else }}no {{ $labels.name }}{{ end }})t",
      R"t({{ query "1.5" | first | value }} {{ query "sum(share)" | first | value | humanize }})t",
      R"t({{query "vector(0)"|first|label "none"}}.{{query "topk(1, m)"|first|label "__name__"}})t",
      R"t({{ with query "topk(1, share)" | first }}{{ .Value | humanize }}{{ .Labels.no }}{{ end }})t",
      R"t({{ range query "sort(share)" }}{{ with .Labels.model }}{{ . }},{{ end }}{{ end }})t",
      R"t({{ $labels.name | printf "share{name=%q}" | query | sortByLabel "model" | first | )t"
      R"t(label "model" }})t",
      R"t({{ with printf `count(share{name!=%q})` $labels.name | query }}{{ . | first | value }})t"
      R"t({{ end }})t",
      R"t({{ with printf "share{name=%q} > %s" $labels.name "4" | query }}yes{{ else }}no{{ end }})t",
      R"t({{ range printf "topk(%d, share)" 2 | query }}{{ .Labels.model }} {{ end }})t",
      R"t({{ with printf "sum(share{name=%q}) %% 2" $labels.name | query }}{{ . | first | )t"
      R"t(value }}{{ end }})t",
      R"t({{ query "scalar(sum(share)) * 2" | first | value | printf "%.3f" }})t",
      R"t({{ with query "share{model=~\"gpt-[12]\"} > 1" | sortByLabel "model" }}{{ range . }})t"
      R"t({{ .Labels.name | printf "%q" }}{{ end }}{{ end }})t",
      R"t(a {{- with query `share` -}}  b  {{- else }} c {{ end -}}  d)t",
      R"t({{ with query "nothing" }}{{ . | first | value }}{{ else }}{{ with query "m" }}m)t"
      R"t({{ end }}{{ end }} {{ printf "%q" $labels.name }})t"};
  expect_as_promtool(templates, hostile_world());
}

}  // namespace
}  // namespace clawvigil::alerts
