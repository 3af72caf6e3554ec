// Rule files, overrides and the bundled set.
#include <gtest/gtest.h>

#include <cstdlib>

#include "alerts/engine/literals.h"
#include "alerts/engine/rule_set.h"
#include "tests/support/rule_world.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::alerts {
namespace {

using test::rule_file_of;

std::vector<std::string> problems_of(const std::string& text,
                                     RuleOrigin origin = RuleOrigin::owner) {
  const auto file = parse_rule_file("r.yml", text, origin);
  std::vector<std::string> out;
  if (!file) {
    for (const RuleProblem& problem : file.error()) out.push_back(to_string(problem));
  }
  return out;
}

std::string only_problem_of(const std::string& rules) {
  const auto problems = problems_of(rule_file_of(rules));
  return problems.size() == 1 ? problems.front() : std::to_string(problems.size()) + " problems";
}

TEST(RuleFile, ReadsWhatPrometheusReads) {
  const auto file = parse_rule_file("r.yml", R"(
groups:
  - name: a
    interval: 30s
    rules:
      - alert: Up
        expr: |
          up == 0
        for: 5m
        keep_firing_for: 1m
        labels: {severity: critical, area: host}
        annotations:
          summary: "{{ $labels.job }} down"
)");
  ASSERT_TRUE(file);
  const Rule& rule = file->groups.at(0).rules.at(0);
  EXPECT_EQ(rule.alertname, "Up");
  EXPECT_EQ(rule.hold, std::chrono::minutes(5));
  EXPECT_EQ(rule.keep_firing_for, std::chrono::minutes(1));
  EXPECT_EQ(rule.severity, Severity::critical);
  EXPECT_EQ(rule.label("area"), "host");
  EXPECT_EQ(file->groups[0].interval, std::chrono::seconds(30));
}

TEST(RuleFile, EmptyFilesAndGroupsAreNoProblem) {
  EXPECT_TRUE(problems_of("").empty());
  EXPECT_TRUE(problems_of("groups:\n").empty());
  EXPECT_TRUE(problems_of("groups:\n- name: a\n  rules:\n").empty());
}

TEST(RuleFile, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(only_problem_of("  - record: a\n    expr: b\n").substr(0, 45),
            "r.yml:4:13: recording rules are not supported");
  EXPECT_EQ(only_problem_of("  - alert: A\n    expr: up\n    label: {}\n"),
            "r.yml:6:5: unknown key \"label\"; did you mean labels?");
  EXPECT_EQ(only_problem_of("  - alert: A\n    expr: up\n    for: 5\n"),
            "r.yml:6:10: for is \"5\", expected a duration such as 5m or 1h30m");
  EXPECT_EQ(only_problem_of("  - alert: A\n    expr: up\n  - alert: A\n    expr: up\n"),
            "r.yml:6:12: a second rule is named \"A\"");
  EXPECT_EQ(only_problem_of("  - alert: A\n    expr: up\n    labels: {severity: page}\n"),
            "r.yml:6:13: severity is \"page\", expected critical, warning or info");
  EXPECT_EQ(only_problem_of("  - alert: A\n"), "r.yml:4:5: the key \"expr\" is missing or empty");
  EXPECT_EQ(only_problem_of("  - alert: A\n    expr: up\n    annotations:\n      a: 'é {{ $x }}'\n")
                .substr(0, 16),
            "r.yml:7:16: \"$x\"");
  EXPECT_EQ(only_problem_of("  - alert: A\n    expr: '\"text\"'\n"),
            "r.yml:5:11: expr must give a vector or a number");
}

TEST(RuleFile, PlacesExpressionsWithinTheFile) {
  EXPECT_EQ(only_problem_of("  - alert: A\n    expr: up == )\n").substr(0, 11), "r.yml:5:17:");
  const std::string block = only_problem_of("  - alert: A\n    expr: |-\n      up\n      == )\n");
  EXPECT_EQ(block.substr(0, 11), "r.yml:7:10:") << block;
  EXPECT_NE(block.find('\n'), std::string::npos);
  EXPECT_NE(block.find('^'), std::string::npos);
}

TEST(RuleFile, IsBounded) {
  std::string rules;
  for (std::size_t i = 0; i <= kMaxRules; ++i) {
    rules += "  - {alert: A" + std::to_string(i) + ", expr: up}\n";
  }
  EXPECT_EQ(only_problem_of(rules), "r.yml:504:5: more than 500 rules in one file");
  EXPECT_EQ(problems_of(std::string(yaml::kMaxBytes + 1, '#')).size(), 1U);
}

TEST(Literals, AreReplacedAsWholeTokensOnly) {
  const Replacements five{{"5", "7"}};
  EXPECT_EQ(replace_numbers("x5 > 5 and y[5m] > 5.5 # 5\n or z{a=\"5\"} < 5m + 15 - 5", five),
            "x5 > 7 and y[5m] > 5.5 # 5\n or z{a=\"5\"} < 5m + 15 - 7");
  EXPECT_EQ(replace_constants("5 {{ \"5\" | humanize }} \"5\" {{ $value }} {{ \\\"5\\\" }}", five),
            "5 {{ \"7\" | humanize }} \"5\" {{ $value }} {{ \\\"7\\\" }}");
  EXPECT_EQ(
      replace_constants(R"({{ query "a{b=\"5\"} > 5" }} {{ printf `c > %s` "5" | query }})", five),
      R"({{ query "a{b=\"5\"} > 5" }} {{ printf `c > %s` "7" | query }})");
  EXPECT_EQ(replace_constants(R"({{ query \"a{b=\\\"5\\\"} > 5\" }} {{ \"5\" }})", five),
            R"({{ query \"a{b=\\\"5\\\"} > 5\" }} {{ \"7\" }})");
  EXPECT_TRUE(has_word("a unless b", "unless"));
  EXPECT_FALSE(has_word("a{b=\"unless\"} # unless\n", "unless"));
}

RuleOverride with_threshold(const std::string& name, const std::string& value) {
  RuleOverride out;
  out.thresholds[name] = value;
  return out;
}

const RuleSources kBundled;

TEST(RuleSetTest, BundledRulesLoadInEveryLanguage) {
  for (const char* language : {"en", "fr"}) {
    const auto rules = load_rules(kBundled, {}, language);
    ASSERT_TRUE(rules) << to_string(rules.error().front());
    EXPECT_GT((*rules)->size(), 40U);
    EXPECT_EQ((*rules)->find("ClawvigilDown"), nullptr);
  }
  const auto french = load_rules(kBundled, {}, "fr");
  for (const RuleFile& file : (*french)->files) {
    for (const RuleGroup& group : file.groups) {
      for (const Rule& rule : group.rules) {
        EXPECT_TRUE(rule.translated.contains("summary")) << rule.alertname;
        for (const auto& [name, text] : rule.annotations) {
          const auto threshold = threshold_name(name);
          if (!threshold) continue;
          EXPECT_NE(replace_numbers(rule.expr.text(), {{text.text(), "x"}}), rule.expr.text())
              << rule.alertname << " " << name;
        }
      }
    }
  }
}

TEST(RuleSetTest, ExportWithoutOverridesIsTheBundledText) {
  const auto files = export_rules(kBundled, {});
  ASSERT_TRUE(files);
  ASSERT_EQ(files->size(), bundled_rules().size());
  for (std::size_t i = 0; i < files->size(); ++i) {
    EXPECT_EQ((*files)[i].text, bundled_rules()[i].text);
  }
}

TEST(RuleSetTest, OverridesChangeExpressionTextsAndTranslations) {
  AlertsConfig config;
  config.overrides["SpendHourHigh"] = with_threshold("threshold", "12.5");
  config.overrides["SpendHourHigh"].severity = "info";
  config.overrides["SpendHourHigh"].hold = std::chrono::minutes(3);
  config.overrides["CollectorStale"] = with_threshold("threshold", "1h");
  config.overrides["ModelCallsFailing"] = with_threshold("failures", "9");
  config.overrides["Watchdog"].enabled = false;
  const auto rules = load_rules(kBundled, config, "fr");
  ASSERT_TRUE(rules) << to_string(rules.error().front());
  const Rule& spend = *(*rules)->find("SpendHourHigh");
  EXPECT_EQ(spend.expr.text(), "clawvigil_spend_usd{window=\"1h\"} > 12.5");
  EXPECT_EQ(spend.severity, Severity::info);
  EXPECT_EQ(spend.hold, std::chrono::minutes(3));
  const promql::Labels labels(std::vector<promql::Label>{{"home", "claw"}});
  EXPECT_NE(spend.annotations.at("description").expand(labels, 20).find("limit is 12.5 USD"),
            std::string::npos);
  EXPECT_NE(spend.translated.at("description").expand(labels, 20).find("12.5"), std::string::npos);
  const Rule& stale = *(*rules)->find("CollectorStale");
  EXPECT_TRUE(stale.expr.text().ends_with("> 3600")) << stale.expr.text();
  EXPECT_NE(stale.annotations.at("description").expand(labels, 7200).find("limit is 1h 0m 0s"),
            std::string::npos);
  EXPECT_NE((*rules)->find("ModelCallsFailing")->expr.text().find("[30m])) > 9"),
            std::string::npos);
  EXPECT_EQ((*rules)->find("Watchdog"), nullptr);
  EXPECT_EQ((*rules)->disabled, std::vector<std::string>{"Watchdog"});
}

TEST(RuleSetTest, ExportedFilesLoadAgainAndPleasePromtool) {
  AlertsConfig config;
  const auto bundled = load_rules(kBundled, {});
  ASSERT_TRUE(bundled);
  for (const RuleFile& file : (*bundled)->files) {
    for (const RuleGroup& group : file.groups) {
      for (const Rule& rule : group.rules) {
        RuleOverride& change = config.overrides[rule.alertname];
        change.severity = "info";
        change.hold = std::chrono::seconds(77);
        for (const auto& [name, text] : rule.annotations) {
          if (const auto threshold = threshold_name(name)) {
            change.thresholds[std::string(*threshold)] = "987" + text.text();
          }
        }
      }
    }
  }
  config.overrides["GatewayExposed"].enabled = false;
  const auto files = export_rules(kBundled, config);
  ASSERT_TRUE(files) << to_string(files.error().front());
  const test::TempDir directory;
  std::string command = "promtool check rules";
  for (const RuleText& file : *files) {
    directory.write(file.name, file.text);
    command += " " + directory / file.name;
    const auto parsed = parse_rule_file(file.name, file.text, RuleOrigin::bundled);
    ASSERT_TRUE(parsed) << to_string(parsed.error().front());
    if (file.name == kExternalRules) continue;
    for (const RuleGroup& group : parsed->groups) {
      for (const Rule& rule : group.rules) {
        EXPECT_EQ(rule.severity, Severity::info);
        EXPECT_EQ(rule.hold, std::chrono::seconds(77));
        EXPECT_NE(rule.alertname, "GatewayExposed");
      }
    }
  }
  if (std::system("promtool --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "SKIPPED: no promtool";
  EXPECT_EQ(std::system((command + " >/dev/null").c_str()), 0);
}

TEST(RuleSetTest, WrongOverridesAreProblems) {
  const auto problem_of = [](const std::string& name, const RuleOverride& change) {
    AlertsConfig config;
    config.overrides[name] = change;
    const auto rules = load_rules(kBundled, config);
    return rules ? std::string("none") : rules.error().front().message;
  };
  EXPECT_EQ(problem_of("GatewayExpose", {}),
            "there is no alert GatewayExpose to override; did you mean GatewayExposed?");
  EXPECT_EQ(problem_of("ModelCallsFailing", with_threshold("failure", "1")),
            "ModelCallsFailing has no threshold \"failure\"; did you mean failures?");
  EXPECT_EQ(problem_of("Watchdog", with_threshold("threshold", "1")),
            "Watchdog has no threshold \"threshold\"; it has none");
  EXPECT_EQ(problem_of("SpendHourHigh", with_threshold("threshold", "much")),
            "the threshold threshold of SpendHourHigh is set to \"much\", expected a number or a "
            "duration");
}

TEST(RuleSetTest, OwnersFilesMayNotRedefineBundledAlerts) {
  RuleSources sources;
  sources.owner = {{"/etc/own.yml", rule_file_of("  - alert: GatewayExposed\n    expr: up\n")}};
  const auto rules = load_rules(sources, {});
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().front().message,
            "the alert GatewayExposed is already defined in exposure.yml; give it another name, or "
            "change the bundled one with overrides");
}

TEST(RuleSetTest, OverridesReachQuotedScalarsAndMissingKeys) {
  RuleSources sources{{}, {}, {{"own.yml", rule_file_of(R"(  - alert: A
    expr: 'x{a="5"} > 5'
    labels: {severity: 'info', area: x}
    annotations:
      threshold: '5'
      summary: "more than {{ \"5\" }}"
  - alert: B
    expr: "y > 5"
    labels:
      area: x
    annotations: {threshold: 5}
)")}}};
  AlertsConfig config;
  config.overrides["A"] = with_threshold("threshold", "6");
  config.overrides["A"].severity = "critical";
  config.overrides["B"] = with_threshold("threshold", "1d");
  config.overrides["B"].severity = "critical";
  config.overrides["B"].hold = std::chrono::minutes(1);
  const auto rules = load_rules(sources, config);
  ASSERT_TRUE(rules) << to_string(rules.error().front());
  EXPECT_EQ((*rules)->find("A")->expr.text(), "x{a=\"5\"} > 6");
  EXPECT_EQ((*rules)->find("A")->annotations.at("summary").expand({}, 0), "more than 6");
  EXPECT_EQ((*rules)->find("A")->severity, Severity::critical);
  EXPECT_EQ((*rules)->find("B")->expr.text(), "y > 86400");
  EXPECT_EQ((*rules)->find("B")->severity, Severity::critical);
  EXPECT_EQ((*rules)->find("B")->hold, std::chrono::minutes(1));
}

}  // namespace
}  // namespace clawvigil::alerts
