#include "tests/support/rule_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "tests/support/build_paths.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string, std::less<>>;

constexpr std::string_view kRules = ".yml";
constexpr std::string_view kTests = ".test.yml";

fs::path alerts_directory() { return fs::path(CLAWVIGIL_SOURCE_DIR) / "alerts"; }

std::string without_strings(std::string_view expression) {
  static const std::regex literal(R"re("(\\.|[^"\\])*")re");
  return std::regex_replace(std::string(expression), literal, "\"\"");
}

std::vector<std::string> all_matches(const std::string& text, const std::regex& pattern,
                                     std::size_t group) {
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    found.push_back((*at)[group]);
  }
  return found;
}

Names words_of(const std::string& list) {
  static const std::regex word("[a-zA-Z_][a-zA-Z0-9_]*");
  const auto words = all_matches(list, word, 0);
  return {words.begin(), words.end()};
}

RuleText read_rule(const yaml::Node& node, const std::string& area, const std::string& group) {
  RuleText rule;
  rule.area = area;
  rule.group = group;
  rule.fields = texts_of(&node);
  rule.name = rule.fields["alert"];
  rule.expression = rule.fields["expr"];
  rule.labels = texts_of(value_of(node, "labels"));
  rule.annotations = texts_of(value_of(node, "annotations"));
  return rule;
}

}  // namespace

std::vector<std::string> rule_areas() {
  std::vector<std::string> areas;
  for (const auto& entry : fs::directory_iterator(alerts_directory() / "rules")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(kRules) || name.ends_with(kTests)) continue;
    areas.push_back(name.substr(0, name.size() - kRules.size()));
  }
  std::ranges::sort(areas);
  return areas;
}

std::vector<RuleText> bundled_rules() {
  std::vector<RuleText> rules;
  for (const std::string& area : rule_areas()) {
    const yaml::Node file = alerts_file("rules/" + area + std::string(kRules));
    const yaml::Node* const groups = value_of(file, "groups");
    if (groups == nullptr) {
      ADD_FAILURE() << area << " has no groups";
      continue;
    }
    for (const yaml::Node& group : groups->children) {
      EXPECT_EQ(value_of(group, "interval"), nullptr) << area << ": the engine sets the interval";
      const yaml::Node* const list = value_of(group, "rules");
      if (list == nullptr) continue;
      for (const yaml::Node& node : list->children) {
        rules.push_back(read_rule(node, area, texts_of(&group)["name"]));
      }
    }
  }
  return rules;
}

yaml::Node alerts_file(const std::string& path) {
  auto parsed = yaml::parse(read_all(alerts_directory() / path));
  if (parsed) return std::move(*parsed);
  ADD_FAILURE() << path << ":" << parsed.error().at.line << ": " << parsed.error().message;
  return {};
}

const yaml::Node* value_of(const yaml::Node& map, std::string_view key) {
  if (map.kind != yaml::Node::Kind::map) return nullptr;
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    if (map.children[i].text == key) return &map.children[i + 1];
  }
  return nullptr;
}

Texts texts_of(const yaml::Node* map) {
  Texts texts;
  if (map == nullptr || map->kind != yaml::Node::Kind::map) return texts;
  for (std::size_t i = 0; i + 1 < map->children.size(); i += 2) {
    const yaml::Node& value = map->children[i + 1];
    if (value.kind == yaml::Node::Kind::scalar) texts[map->children[i].text] = value.text;
  }
  return texts;
}

std::vector<Selector> selectors_of(std::string_view expression) {
  static const std::regex selector(R"(\b((?:clawvigil|process)_[a-z0-9_]+|up)\b(\{[^}]*\})?)");
  static const std::regex matcher(R"(([a-zA-Z_][a-zA-Z0-9_]*)\s*(?:=~|!~|!=|=))");
  const std::string text = without_strings(expression);
  std::vector<Selector> selectors;
  for (std::sregex_iterator at(text.begin(), text.end(), selector), end; at != end; ++at) {
    const auto labels = all_matches((*at)[2], matcher, 1);
    selectors.push_back({(*at)[1], {labels.begin(), labels.end()}});
  }
  return selectors;
}

std::vector<std::set<std::string, std::less<>>> label_lists_of(std::string_view expression,
                                                               std::string_view word) {
  const std::regex list("\\b" + std::string(word) + R"(\s*\(([^)]*)\))");
  std::vector<Names> lists;
  for (const std::string& found : all_matches(without_strings(expression), list, 1)) {
    lists.push_back(words_of(found));
  }
  return lists;
}

std::vector<std::string> numbers_of(std::string_view expression) {
  static const std::regex elsewhere(R"(\[[^\]]*\]|\boffset\s+[0-9a-z]+)");
  static const std::regex number(R"((?:^|[^\w.])([0-9]+(?:\.[0-9]+)?)(?![\w.]))");
  return all_matches(std::regex_replace(without_strings(expression), elsewhere, " "), number, 1);
}

std::vector<std::string> templates_of(std::string_view text) {
  static const std::regex braces(R"re(\{\{(?:[^}"`]|"(?:\\.|[^"\\])*"|`[^`]*`)*\}\})re");
  return all_matches(std::string(text), braces, 0);
}

}  // namespace clawvigil::test
