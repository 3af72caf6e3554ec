#include "alerts/engine/overrides.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "alerts/engine/go_format.h"
#include "alerts/engine/literals.h"
#include "alerts/engine/scalar_place.h"
#include "exporter/base/duration.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

using yaml::Node;

const Node* value_of(const Node& map, std::string_view key) {
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    if (map.children[i].text == key) return &map.children[i + 1];
  }
  return nullptr;
}

// Changes of a text, made from the end to the beginning so that offsets stay right.
class Edits {
 public:
  void replace(std::size_t begin, std::size_t end, std::string text) {
    edits_.push_back({begin, end, std::move(text)});
  }
  [[nodiscard]] std::string apply(std::string text) {
    std::ranges::stable_sort(edits_, std::greater(), &Edit::begin);
    for (const Edit& edit : edits_) text.replace(edit.begin, edit.end - edit.begin, edit.text);
    return text;
  }

 private:
  struct Edit {
    std::size_t begin;
    std::size_t end;
    std::string text;
  };
  std::vector<Edit> edits_;
};

// One rule's text in the file.
class RuleEditor {
 public:
  RuleEditor(std::string_view text, const Node& rule, Edits& edits)
      : text_(text), rule_(rule), edits_(edits) {}

  // The rule gives way to a comment, from its "- " to its last line.
  void remove(std::string_view alertname) {
    const std::size_t key = offset_of(text_, rule_.at);
    const std::size_t line = text_.rfind('\n', key) + 1;
    const std::size_t dash = text_.find('-', line);
    std::size_t end = std::min(text_.find('\n', key), text_.size());
    for (std::size_t next = end; next < text_.size();) {
      const std::size_t start = next + 1;
      next = std::min(text_.find('\n', start), text_.size());
      const std::size_t indented = text_.find_first_not_of(' ', start);
      if (indented >= next) continue;  // blank: belongs to it if more follows
      if (indented - start <= dash - line) break;
      end = next;
    }
    edits_.replace(dash, end, "# " + std::string(alertname) + " is switched off.");
  }

  void set(const Node& map, std::string_view key, const std::string& value) {
    if (const Node* const node = value_of(map, key)) {
      replace_scalar(*node, value);
    } else {
      insert_before_first_key(map, std::string(key) + ": " + value);
    }
  }

  void insert_before_first_key(const Node& map, const std::string& line) {
    const std::size_t begin = offset_of(text_, map.at);
    edits_.replace(begin, begin, line + "\n" + std::string(map.at.column - 1, ' '));
  }

  void replace_scalar(const Node& node, const std::string& value) {
    const std::size_t begin = offset_of(text_, node.at);
    const ScalarPlace place(text_, node);
    if (place.style() == ScalarPlace::Style::plain) {
      edits_.replace(begin, begin + node.text.size(), value);
    } else {
      edits_.replace(begin, end_of_quoted(begin), nlohmann::json(value).dump());
    }
  }

  // Plain and block scalars change in place and keep their lines; quoted ones are written anew.
  void change(const Node& node, const std::function<std::string(std::string_view)>& changed) {
    if (changed(node.text) == node.text) return;
    const ScalarPlace place(text_, node);
    const std::size_t begin = place.begin();
    if (place.style() == ScalarPlace::Style::single_quoted ||
        place.style() == ScalarPlace::Style::double_quoted) {
      return edits_.replace(begin, end_of_quoted(begin), nlohmann::json(changed(node.text)).dump());
    }
    const std::size_t end = next_key(begin);
    edits_.replace(begin, end, changed(text_.substr(begin, end - begin)));
  }

 private:
  [[nodiscard]] std::size_t end_of_quoted(std::size_t begin) const {
    const char quote = text_[begin];
    for (std::size_t i = begin + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\' && quote == '"') {
        ++i;
      } else if (text_[i] == quote) {
        if (quote == '"' || i + 1 >= text_.size() || text_[i + 1] != '\'') return i + 1;
        ++i;
      }
    }
    return text_.size();
  }

  // The first key of this rule behind `offset`, or the end of the rule's lines.
  [[nodiscard]] std::size_t next_key(std::size_t offset) const {
    std::size_t next = text_.size();
    const auto look = [&](const Node& map) {
      for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
        const std::size_t key = offset_of(text_, map.children[i].at);
        if (key > offset) next = std::min(next, key);
      }
    };
    look(rule_);
    for (const char* const key : {"labels", "annotations"}) {
      if (const Node* const map = value_of(rule_, key)) look(*map);
    }
    if (next != text_.size()) return next;
    const std::size_t item = text_.find('\n', offset);  // last key of the rule: to its last line
    std::size_t end = std::min(item, text_.size());
    const std::size_t indentation = rule_.at.column - 1;
    while (end < text_.size()) {
      const std::size_t start = end + 1;
      const std::size_t first = text_.find_first_not_of(" \n", start);
      const std::size_t line = first == std::string_view::npos ? 0 : text_.rfind('\n', first) + 1;
      if (first == std::string_view::npos || first - line < indentation) return end;
      end = std::min(text_.find('\n', first), text_.size());
    }
    return end;
  }

  std::string_view text_;
  const Node& rule_;
  Edits& edits_;
};

class Customiser {
 public:
  Customiser(const std::string& name, std::string_view text,
             const std::map<std::string, RuleOverride>& overrides)
      : name_(name), text_(text), overrides_(overrides) {}

  std::expected<std::string, std::vector<RuleProblem>> run(const Node& root, RuleOrigin origin) {
    if (const Node* const groups = value_of(root, "groups")) {
      for (const Node& group : groups->children) {
        const Node* const rules = value_of(group, "rules");
        if (rules == nullptr) continue;
        for (const Node& rule : rules->children) visit(rule);
      }
    }
    if (!problems_.empty()) return std::unexpected(std::move(problems_));
    std::string changed = edits_.apply(std::string(text_));
    if (!expected_.empty()) verify(changed, origin);
    if (!problems_.empty()) return std::unexpected(std::move(problems_));
    return changed;
  }

 private:
  struct Expected {
    yaml::Position at;
    std::string expr;
    const RuleOverride* change;
  };

  void problem(yaml::Position at, std::string message) {
    problems_.push_back({name_, at, std::move(message), {}});
  }

  void visit(const Node& rule) {
    const std::string& alertname = value_of(rule, "alert")->text;
    const auto found = overrides_.find(alertname);
    if (found == overrides_.end()) return;
    const RuleOverride& change = found->second;
    RuleEditor editor(text_, rule, edits_);
    Expected expected{rule.at, value_of(rule, "expr")->text, &change};
    if (!change.enabled) {
      editor.remove(alertname);
    } else {
      if (change.hold) editor.set(rule, "for", clawvigil::to_string(*change.hold));
      if (change.severity) set_severity(editor, rule, *change.severity);
      set_thresholds(editor, rule, alertname, expected);
    }
    expected_.emplace(alertname, std::move(expected));
  }

  void set_severity(RuleEditor& editor, const Node& rule, const std::string& severity) {
    const Node* const labels = value_of(rule, "labels");
    if (labels == nullptr || labels->children.empty()) {
      problem(rule.at, "the rule has no labels: add one of them before its severity is overridden");
    } else {
      editor.set(*labels, "severity", severity);
    }
  }

  void set_thresholds(RuleEditor& editor, const Node& rule, const std::string& alertname,
                      Expected& expected) {
    std::map<std::string_view, const Node*> known;
    const Node* const annotations = value_of(rule, "annotations");
    for (std::size_t i = 0; annotations != nullptr && i + 1 < annotations->children.size();
         i += 2) {
      const auto name = threshold_name(annotations->children[i].text);
      if (name) known.emplace(*name, &annotations->children[i + 1]);
    }
    std::map<std::string, std::string> replaced;  // number text to number text
    for (const auto& [name, given] : overrides_.at(alertname).thresholds) {
      const auto threshold = known.find(name);
      const auto number = threshold_number(given);
      if (threshold == known.end()) {
        problem(rule.at,
                alertname + " has no threshold \"" + sanitize(name) + '"' + hint(known, name));
      } else if (!number) {
        problem(threshold->second->at, "the threshold " + name + " of " + alertname +
                                           " is set to \"" + sanitize(given) +
                                           "\", expected a number or a duration");
      } else if (replace_numbers(expected.expr, {{threshold->second->text, *number}}) ==
                     expected.expr &&
                 threshold->second->text != *number) {
        problem(threshold->second->at, "the expression of " + alertname + " has no number " +
                                           sanitize(threshold->second->text));
      } else if (!replaced.emplace(threshold->second->text, *number).second) {
        problem(threshold->second->at,
                "two thresholds of " + alertname + " have the same number: set them in the file");
      } else {
        editor.replace_scalar(*threshold->second, *number);
      }
    }
    if (replaced.empty() || !problems_.empty()) return;
    const auto numbers = [&](std::string_view text) { return replace_numbers(text, replaced); };
    const auto constants = [&](std::string_view text) { return replace_constants(text, replaced); };
    expected.expr = numbers(expected.expr);
    editor.change(*value_of(rule, "expr"), numbers);
    for (std::size_t i = 0; i + 1 < annotations->children.size(); i += 2) {
      if (!threshold_name(annotations->children[i].text)) {
        editor.change(annotations->children[i + 1], constants);
      }
    }
  }

  static std::string hint(const std::map<std::string_view, const Node*>& known,
                          std::string_view name) {
    if (known.empty()) return "; it has none";
    std::vector<std::string_view> names;
    names.reserve(known.size());
    for (const auto& [other, node] : known) names.push_back(other);
    const std::string_view near = closest(name, names);
    if (!near.empty()) return "; did you mean " + std::string(near) + "?";
    return ", expected " + join(names, " or ");
  }

  // What was written is read again: the text counts, not the intention.
  void verify(const std::string& changed, RuleOrigin origin) {
    const auto file = parse_rule_file(name_, changed, origin);
    if (!file) {
      problem(expected_.begin()->second.at,
              "the overrides cannot be written into this file: " + file.error().front().message);
      return;
    }
    std::map<std::string_view, const Rule*> rules;
    for (const RuleGroup& group : file->groups) {
      for (const Rule& rule : group.rules) rules.emplace(rule.alertname, &rule);
    }
    for (const auto& [alertname, expected] : expected_) {
      const auto found = rules.find(alertname);
      const RuleOverride& change = *expected.change;
      const bool right =
          change.enabled
              ? found != rules.end() && found->second->expr.text() == expected.expr &&
                    (!change.hold || found->second->hold == *change.hold) &&
                    (!change.severity || to_string(found->second->severity) == *change.severity)
              : found == rules.end();
      if (!right) {
        problem(expected.at, "the override of " + alertname + " cannot be written into this file");
      }
    }
  }

  const std::string& name_;
  std::string_view text_;
  const std::map<std::string, RuleOverride>& overrides_;
  Edits edits_;
  std::map<std::string, Expected> expected_;
  std::vector<RuleProblem> problems_;
};

}  // namespace

std::optional<std::string_view> threshold_name(std::string_view annotation) {
  constexpr std::string_view kOnly = "threshold";
  constexpr std::string_view kNamed = "threshold_";
  if (annotation == kOnly) return kOnly;
  if (!annotation.starts_with(kNamed) || annotation.size() == kNamed.size()) return std::nullopt;
  return annotation.substr(kNamed.size());
}

std::optional<std::string> threshold_number(std::string_view given) {
  const auto number = go::parse_float(given);
  const bool plain = given.find_first_not_of("0123456789.eE-") == std::string_view::npos;
  if (number && plain && std::isfinite(*number) && *number >= 0 && !given.starts_with('-')) {
    return std::string(given);
  }
  const auto duration = parse_duration(given);
  if (!duration) return std::nullopt;
  return go::plain(to_seconds(*duration));
}

std::expected<std::string, std::vector<RuleProblem>> customise(
    const std::string& name, std::string_view text,
    const std::map<std::string, RuleOverride>& overrides, RuleOrigin origin) {
  const auto file = parse_rule_file(name, text, origin);
  if (!file) return std::unexpected(file.error());
  const auto root = yaml::parse(text);
  return Customiser(name, text, overrides).run(*root, origin);
}

}  // namespace clawvigil::alerts
