// The bundled rule files and what belongs to them, as tests read them. A file that cannot be read
// or parsed fails the calling test and yields nothing.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/yaml.h"

namespace clawvigil::test {

using Texts = std::map<std::string, std::string, std::less<>>;

struct RuleText {
  std::string area;   // the name of the file without ".yml"
  std::string group;  // the name of the group
  std::string name;   // alert
  std::string expression;
  Texts fields;  // for, keep_firing_for
  Texts labels;
  Texts annotations;
};

// The areas that have a rule file, external included.
[[nodiscard]] std::vector<std::string> rule_areas();

// All rules of all areas, in order.
[[nodiscard]] std::vector<RuleText> bundled_rules();

// The YAML of a file below alerts/: "rules/access.test.yml".
[[nodiscard]] yaml::Node alerts_file(const std::string& path);

// The value of a key, nullptr if `map` is not one or has no such key.
[[nodiscard]] const yaml::Node* value_of(const yaml::Node& map, std::string_view key);

// The keys and scalar values of a map.
[[nodiscard]] Texts texts_of(const yaml::Node* map);

// What a PromQL text names; string literals are not looked into except for matchers.
struct Selector {
  std::string metric;
  std::set<std::string, std::less<>> labels;  // in its matchers
};
[[nodiscard]] std::vector<Selector> selectors_of(std::string_view expression);

// The label lists behind each of these words: on, by.
[[nodiscard]] std::vector<std::set<std::string, std::less<>>> label_lists_of(
    std::string_view expression, std::string_view word);

// Number literals outside of strings, ranges and offsets, as written.
[[nodiscard]] std::vector<std::string> numbers_of(std::string_view expression);

// The actions of a template, "{{ $value | humanize }}", in order; a brace in quotes ends none.
[[nodiscard]] std::vector<std::string> templates_of(std::string_view text);

}  // namespace clawvigil::test
