// Holds the bundled rules, their tests, translations and runbook to each other, to the metrics the
// program declares and to the controls.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "alerts/engine/alert.h"
#include "alerts/engine/template.h"
#include "tests/support/build_paths.h"
#include "tests/support/declared_families.h"
#include "tests/support/rule_files.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

namespace fs = std::filesystem;
using Names = test::LabelNames;
using test::bundled_rules;
using test::declared_families;
using test::label_lists_of;
using test::read_all;
using test::RuleText;
using test::selectors_of;
using test::templates_of;
using test::Texts;

constexpr std::string_view kRunbook =
    "https://github.com/clawvigil/clawvigil/blob/main/alerts/RUNBOOK.md#";
constexpr std::array<const char*, 3> kTexts = {"summary", "description", "action"};
constexpr std::string_view kAlwaysFires = alerts::kWatchdog;  // has no silent case

const fs::path kSource = CLAWVIGIL_SOURCE_DIR;

// What Prometheus itself adds to every sample, and its own metric.
bool is_target_label(std::string_view label) { return label == "instance" || label == "job"; }

std::string at(const RuleText& rule) { return rule.area + "/" + rule.name; }

std::string text_or_empty(const Texts& texts, std::string_view key) {
  const auto found = texts.find(key);
  return found == texts.end() ? "" : found->second;
}

bool is_threshold(std::string_view annotation) {
  return annotation == "threshold" || annotation.starts_with("threshold_");
}

// What the texts of a rule ask; a label's place has some text.
std::vector<std::string> queries_of(const RuleText& rule) {
  std::vector<std::string> queries;
  for (const char* const key : kTexts) {
    const auto parsed = alerts::Template::parse(text_or_empty(rule.annotations, key));
    if (!parsed) {
      ADD_FAILURE() << at(rule) << ": " << key << ": " << parsed.error().message;
      continue;
    }
    for (const promql::Expression& query : parsed->queries()) queries.push_back(query.text());
  }
  return queries;
}

Names all_templates(const Texts& texts) {
  Names found;
  for (const char* const key : kTexts) {
    std::ranges::copy(templates_of(text_or_empty(texts, key)), std::inserter(found, found.end()));
  }
  return found;
}

TEST(BundledRules, AreComplete) {
  const std::vector<RuleText> rules = bundled_rules();
  ASSERT_GT(rules.size(), 50U);
  const Names severities = {"critical", "warning", "info"};
  Names names;
  for (const RuleText& rule : rules) {
    EXPECT_TRUE(names.insert(rule.name).second) << at(rule) << " is defined twice";
    EXPECT_EQ(rule.group, "clawvigil-" + rule.area);
    EXPECT_FALSE(rule.expression.empty()) << at(rule);
    EXPECT_TRUE(rule.fields.contains("for")) << at(rule);
    EXPECT_TRUE(severities.contains(text_or_empty(rule.labels, "severity"))) << at(rule);
    EXPECT_EQ(text_or_empty(rule.labels, "area"), rule.area == "external" ? "self" : rule.area);
    EXPECT_TRUE(rule.labels.contains("control")) << at(rule);
    for (const char* const key : kTexts) {
      EXPECT_FALSE(text_or_empty(rule.annotations, key).empty()) << at(rule) << " has no " << key;
      EXPECT_EQ(text_or_empty(rule.annotations, key).find('\n'), std::string::npos) << at(rule);
    }
    std::string anchor = rule.name;
    std::ranges::transform(anchor, anchor.begin(), [](unsigned char c) { return std::tolower(c); });
    EXPECT_EQ(text_or_empty(rule.annotations, "runbook_url"), std::string(kRunbook) + anchor);
  }
}

TEST(BundledRules, NameControlsThatExist) {
  const fs::path path = kSource.parent_path() / "shared" / "CONTROLS.md";
  if (!fs::exists(path))
    GTEST_SKIP() << "SKIPPED: no list of controls beside this checkout: " << path;
  const std::string text = read_all(path);
  static const std::regex row(R"(\n\| ([A-Z][0-9]) )");
  Names controls;
  for (std::sregex_iterator match(text.begin(), text.end(), row), end; match != end; ++match) {
    controls.insert((*match)[1]);
  }
  ASSERT_GT(controls.size(), 25U);
  for (const RuleText& rule : bundled_rules()) {
    EXPECT_TRUE(controls.contains(text_or_empty(rule.labels, "control"))) << at(rule);
  }
}

TEST(BundledRules, ReadOnlyFamiliesAndLabelsThatAreDeclared) {
  auto families = declared_families();
  families["up"] = {};
  for (const RuleText& rule : bundled_rules()) {
    Names known;
    for (const auto& [metric, labels] : selectors_of(rule.expression)) {
      ASSERT_TRUE(families.contains(metric)) << at(rule) << " reads " << metric;
      EXPECT_TRUE(metric != "up" || rule.area == "external") << at(rule);
      known.insert(families[metric].begin(), families[metric].end());
      for (const std::string& label : labels) {
        EXPECT_TRUE(is_target_label(label) || families[metric].contains(label))
            << at(rule) << ": " << metric << " has no label " << label;
      }
    }
    Names answered;  // labels of what its texts ask
    for (const std::string& query : queries_of(rule)) {
      for (const auto& [metric, labels] : selectors_of(query)) {
        ASSERT_TRUE(families.contains(metric)) << at(rule) << " asks for " << metric;
        answered.insert(families[metric].begin(), families[metric].end());
        for (const std::string& label : labels) {
          EXPECT_TRUE(is_target_label(label) || families[metric].contains(label))
              << at(rule) << ": " << metric << " has no label " << label;
        }
      }
    }
    const auto expect_known = [&](std::string_view label) {
      EXPECT_TRUE(is_target_label(label) || known.contains(label)) << at(rule) << ": " << label;
    };
    for (const char* const word : {"on", "by"}) {
      for (const Names& list : label_lists_of(rule.expression, word)) {
        std::ranges::for_each(list, expect_known);
      }
    }
    static const std::regex label(R"(\$labels\.([a-zA-Z_0-9]+))");
    static const std::regex answer(R"re((?: label "|\.Labels\.)([a-zA-Z_0-9]+))re");
    for (const std::string& expression : all_templates(rule.annotations)) {
      for (std::sregex_iterator found(expression.begin(), expression.end(), label), end;
           found != end; ++found) {
        expect_known((*found)[1].str());
      }
      std::smatch found;
      if (std::regex_search(expression, found, answer)) {
        EXPECT_TRUE(answered.contains(found[1].str())) << at(rule) << ": " << expression;
      }
    }
  }
}

TEST(BundledRules, JoinsKeepHostsApart) {
  static const std::regex binary(R"(\b(and|or|unless)\b(\s+on\s*\()?)");
  for (const RuleText& rule : bundled_rules()) {
    for (const char* const word : {"on", "by"}) {
      for (const Names& list : label_lists_of(rule.expression, word)) {
        EXPECT_TRUE(list.contains("instance") && list.contains("job")) << at(rule);
      }
    }
    EXPECT_TRUE(label_lists_of(rule.expression, "ignoring").empty()) << at(rule);
    EXPECT_TRUE(label_lists_of(rule.expression, "without").empty()) << at(rule);
    for (const std::string& query : queries_of(rule)) {
      for (const test::Selector& selector : selectors_of(query)) {
        EXPECT_TRUE(selector.labels.contains("instance") && selector.labels.contains("job"))
            << at(rule) << " asks every host: " << query;
      }
    }
    const std::string& text = rule.expression;
    for (std::sregex_iterator found(text.begin(), text.end(), binary), end; found != end; ++found) {
      EXPECT_TRUE((*found)[2].matched) << at(rule) << ": " << (*found)[1] << " without on()";
    }
  }
}

TEST(BundledRules, SayTheirThresholdsWhereTheyAreChanged) {
  static const std::regex constant(R"re(\{\{ "([^"]*)")re");
  static const std::regex compared(R"((?:[<>]=?|[=!]=)\s*([0-9]+(?:\.[0-9]+)?))");
  for (const RuleText& rule : bundled_rules()) {
    Names thresholds;
    const std::vector<std::string> numbers = test::numbers_of(rule.expression);
    for (const auto& [name, value] : rule.annotations) {
      if (!is_threshold(name)) continue;
      EXPECT_TRUE(thresholds.insert(value).second) << at(rule) << ": two thresholds of " << value;
      EXPECT_EQ(std::ranges::count(numbers, value), 1) << at(rule) << ": " << value;
      EXPECT_TRUE(std::ranges::any_of(
          templates_of(text_or_empty(rule.annotations, "description")),
          [&](const std::string& text) { return text.starts_with("{{ \"" + value + "\""); }))
          << at(rule) << " does not tell its threshold " << value;
    }
    for (const std::string& expression : all_templates(rule.annotations)) {
      std::smatch found;
      if (!std::regex_search(expression, found, constant)) continue;
      EXPECT_TRUE(thresholds.contains(found[1].str())) << at(rule) << ": " << expression;
    }
    const std::string& text = rule.expression;
    for (std::sregex_iterator found(text.begin(), text.end(), compared), end; found != end;
         ++found) {
      const std::string number = (*found)[1];
      EXPECT_TRUE(number == "0" || number == "1" || thresholds.contains(number))
          << at(rule) << " compares with " << number << ", which nobody can change";
    }
  }
}

TEST(BundledRules, UseTheTemplatesTheEngineKnows) {
  // What asks is a with or a range: nothing is ever the first of no elements.
  static const std::regex known(
      R"re(\{\{-? ((\$value|\$labels\.[a-zA-Z_0-9]+|"[0-9.]+"|\. \| first \| (value|label "\w+")|)re"
      R"re(\.|\.Value|\.Labels\.\w+)( \| (humanize|humanizeDuration|humanizePercentage|)re"
      R"re(humanizeTimestamp|printf "[^"]*"))*|(with|range) (query "[^"]*"|printf "([^"\\]|\\")*")re"
      R"re(( \$labels\.\w+| "[0-9.]+")+ \| query)( \| sortByLabel "\w+")?|with \. \| first|with \$labels\.\w+|)re"
      R"re(else|end) -?\}\})re");
  for (const RuleText& rule : bundled_rules()) {
    for (const std::string& expression : all_templates(rule.annotations)) {
      EXPECT_TRUE(std::regex_match(expression, known)) << at(rule) << ": " << expression;
    }
    // What an info metric measured is in its labels.
    const auto selectors = selectors_of(rule.expression);
    const bool is_info = std::ranges::all_of(selectors, [](const test::Selector& selector) {
      return selector.metric.ends_with("_info");
    });
    EXPECT_TRUE(std::ranges::any_of(templates_of(text_or_empty(rule.annotations, "description")),
                                    [&](const std::string& text) {
                                      return text.starts_with("{{ $value") ||
                                             (is_info && text.starts_with("{{ $labels"));
                                    }))
        << at(rule) << " does not tell what was measured";
  }
}

TEST(BundledRules, HaveASectionInTheRunbookEach) {
  const std::string text = read_all(kSource / "alerts" / "RUNBOOK.md");
  static const std::regex heading(R"(\n## (\w+)\n([^]*?)(?=\n#|$))");
  Names sections;
  for (std::sregex_iterator match(text.begin(), text.end(), heading), end; match != end; ++match) {
    EXPECT_TRUE(sections.insert((*match)[1]).second) << (*match)[1];
    for (const char* const part : {"**Means.**", "**Check.**", "**Repair.**", "**Accept.**"}) {
      EXPECT_NE((*match)[2].str().find(part), std::string::npos) << (*match)[1] << ": " << part;
    }
  }
  Names names;
  for (const RuleText& rule : bundled_rules()) names.insert(rule.name);
  EXPECT_EQ(sections, names);
}

// What the promtool tests of one alert hold.
struct Cases {
  bool fires = false;
  bool silent = false;  // in a test of its own
  Names hosts;
};

std::map<std::string, Cases> promtool_cases(const std::string& area) {
  static const std::regex host(R"re(instance="([^"]*)")re");
  std::map<std::string, Cases> cases;
  const yaml::Node file = test::alerts_file("rules/" + area + ".test.yml");
  const yaml::Node* const tests = test::value_of(file, "tests");
  if (tests == nullptr) return cases;
  for (const yaml::Node& test : tests->children) {
    const yaml::Node* const checks = test::value_of(test, "alert_rule_test");
    const yaml::Node* const series = test::value_of(test, "input_series");
    if (checks == nullptr || series == nullptr) continue;
    Cases found;
    for (const yaml::Node& one : series->children) {
      const std::string text = test::texts_of(&one)["series"];
      std::smatch match;
      if (std::regex_search(text, match, host)) found.hosts.insert(match[1]);
    }
    std::string name;
    for (const yaml::Node& check : checks->children) {
      name = test::texts_of(&check)["alertname"];
      const yaml::Node* const alerts = test::value_of(check, "exp_alerts");
      found.fires = found.fires || (alerts != nullptr && !alerts->children.empty());
    }
    Cases& all = cases[name];
    all.fires = all.fires || found.fires;
    all.silent = all.silent || !found.fires;
    all.hosts.merge(found.hosts);
  }
  return cases;
}

TEST(BundledRules, AreTestedFiringAndSilent) {
  std::map<std::string, std::map<std::string, Cases>> cases;
  for (const std::string& area : test::rule_areas()) cases[area] = promtool_cases(area);
  for (const RuleText& rule : bundled_rules()) {
    const Cases& found = cases[rule.area][rule.name];
    EXPECT_TRUE(found.fires) << at(rule) << " has no test in which it fires";
    EXPECT_TRUE(found.silent || rule.name == kAlwaysFires) << at(rule) << " has no silent test";
    if (!label_lists_of(rule.expression, "on").empty()) {
      EXPECT_GE(found.hosts.size(), 2U) << at(rule) << " joins, and is tested with one host";
    }
    cases[rule.area].erase(rule.name);
  }
  for (const auto& [area, left] : cases) {
    for (const auto& [name, unused] : left) ADD_FAILURE() << area << " tests no rule: " << name;
  }
}

// How many commands stand between backquotes.
std::ptrdiff_t commands_in(const std::string& action) {
  const auto quotes = std::ranges::count(action, '`');
  EXPECT_EQ(quotes % 2, 0) << action;
  EXPECT_FALSE(action.contains("``")) << action;
  return quotes / 2;
}

TEST(BundledRules, AreSaidInFrench) {
  std::map<std::string, yaml::Node> french;
  for (const std::string& area : test::rule_areas()) {
    french[area] = test::alerts_file("translations/" + area + ".fr.yml");
  }
  std::map<std::string, std::size_t> translated;
  for (const RuleText& rule : bundled_rules()) {
    const yaml::Node* const alerts = test::value_of(french[rule.area], "alerts");
    ASSERT_NE(alerts, nullptr) << rule.area;
    const yaml::Node* const alert = test::value_of(*alerts, rule.name);
    ASSERT_NE(alert, nullptr) << at(rule) << " is not translated";
    const Texts texts = test::texts_of(alert);
    for (const char* const key : kTexts) {
      const std::string english = text_or_empty(rule.annotations, key);
      EXPECT_FALSE(text_or_empty(texts, key).empty()) << at(rule) << ": " << key;
      auto expected = templates_of(english);
      auto found = templates_of(text_or_empty(texts, key));
      EXPECT_EQ(Names(found.begin(), found.end()), Names(expected.begin(), expected.end()))
          << at(rule) << ": " << key;
    }
    EXPECT_EQ(commands_in(text_or_empty(texts, "action")),
              commands_in(text_or_empty(rule.annotations, "action")))
        << at(rule);
    EXPECT_EQ(texts.size(), kTexts.size()) << at(rule);
    ++translated[rule.area];
  }
  for (const auto& [area, file] : french) {
    EXPECT_EQ(test::value_of(file, "alerts")->children.size() / 2, translated[area])
        << area << " translates what is no rule";
  }
}

TEST(BundledRules, ReadEveryFamilyOrSayWhyNot) {
  Names read;
  for (const RuleText& rule : bundled_rules()) {
    std::vector<std::string> texts = queries_of(rule);
    texts.push_back(rule.expression);
    for (const std::string& text : texts) {
      for (const test::Selector& selector : selectors_of(text)) read.insert(selector.metric);
    }
  }
  const std::string text = read_all(kSource / "alerts" / "rules" / "UNUSED.md");
  static const std::regex row(R"(\n\| `(\w+)` \| [^|\n]{10,} \|)");
  Names reasoned;
  for (std::sregex_iterator match(text.begin(), text.end(), row), end; match != end; ++match) {
    EXPECT_TRUE(reasoned.insert((*match)[1]).second) << (*match)[1];
    EXPECT_FALSE(read.contains((*match)[1].str())) << (*match)[1] << " is read by a rule";
  }
  for (const auto& [name, labels] : declared_families()) {
    EXPECT_TRUE(read.contains(name) || reasoned.contains(name)) << name << " has no rule";
    reasoned.erase(name);
  }
  EXPECT_EQ(reasoned, Names{}) << "no such family";
}

}  // namespace
}  // namespace clawvigil
