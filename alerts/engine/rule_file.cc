#include "alerts/engine/rule_file.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "alerts/engine/scalar_place.h"
#include "exporter/base/duration.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

using yaml::Node;

constexpr std::size_t kMaxNameBytes = 128;
constexpr std::size_t kMaxTextBytes = 4096;
constexpr std::size_t kShownBytes = 60;

bool is_label_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || name.size() > kMaxNameBytes || !letter(name.front())) return false;
  return std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::optional<Severity> severity_of(std::string_view text) {
  for (const Severity severity : {Severity::critical, Severity::warning, Severity::info}) {
    if (to_string(severity) == text) return severity;
  }
  return std::nullopt;
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view near = closest(word, candidates);
  return near.empty() ? "" : "; did you mean " + std::string(near) + "?";
}

class FileParser {
 public:
  FileParser(std::string name, std::string_view text, RuleOrigin origin)
      : text_(text), origin_(origin) {
    file_.name = std::move(name);
  }

  std::expected<RuleFile, std::vector<RuleProblem>> run() {
    const auto root = yaml::parse(text_);
    if (!root) {
      problem(root.error().at, root.error().message);
      return std::unexpected(std::move(problems_));
    }
    parse_root(*root);
    if (problems_.empty()) return std::move(file_);
    std::ranges::stable_sort(problems_, {}, &RuleProblem::at);
    return std::unexpected(std::move(problems_));
  }

 private:
  // The values of a map by key; wrong kinds, unknown and repeated keys are problems.
  using Fields = std::map<std::string_view, const Node*>;

  void problem(yaml::Position at, std::string message, std::string excerpt = {}) {
    problems_.push_back({file_.name, at, std::move(message), std::move(excerpt)});
  }

  Fields fields(const Node& node, std::string_view what,
                const std::vector<std::string_view>& known) {
    Fields out;
    if (node.kind != Node::Kind::map) {
      problem(node.at, "found " + describe(node) + ", expected " + std::string(what));
      return out;
    }
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
      const Node& key = node.children[i];
      if (!known.empty() && std::ranges::find(known, key.text) == known.end()) {
        problem(key.at, "unknown key " + describe(key) + nearest(key.text, known));
      } else if (!out.emplace(key.text, &node.children[i + 1]).second) {
        problem(key.at, "the key " + describe(key) + " is repeated");
      }
    }
    return out;
  }

  const Node* required(const Fields& fields, std::string_view key, yaml::Position at) {
    const auto found = fields.find(key);
    if (found != fields.end() && !found->second->text.empty()) return found->second;
    problem(at, "the key \"" + std::string(key) + "\" is missing or empty");
    return nullptr;
  }

  std::optional<Duration> duration(const Fields& fields, std::string_view key) {
    const auto found = fields.find(key);
    if (found == fields.end()) return std::nullopt;
    const auto value = parse_duration(found->second->text);
    if (!value) {
      problem(found->second->at, std::string(key) + " is " + describe(*found->second) +
                                     ", expected a duration such as 5m or 1h30m");
    }
    return value;
  }

  void parse_root(const Node& root) {
    if (root.kind == Node::Kind::null) return;
    const Fields top = fields(root, "the key \"groups\"", {"groups"});
    const auto groups = top.find("groups");
    if (groups == top.end() || groups->second->kind == Node::Kind::null) return;
    if (groups->second->kind != Node::Kind::list) {
      return problem(groups->second->at, "groups must be a list");
    }
    if (groups->second->children.size() > kMaxGroups) {
      return problem(groups->second->at,
                     "more than " + std::to_string(kMaxGroups) + " groups in one file");
    }
    for (const Node& group : groups->second->children) parse_group(group);
  }

  void parse_group(const Node& node) {
    const Fields group = fields(node, "a group", {"name", "interval", "rules"});
    if (group.empty()) return;
    RuleGroup out;
    if (const Node* const name = required(group, "name", node.at)) {
      out.name = sanitize(name->text, kMaxNameBytes);
      if (!groups_.insert(out.name).second) {
        problem(name->at, "a second group is named " + describe(*name));
      }
    }
    out.interval = duration(group, "interval");
    const auto rules = group.find("rules");
    if (rules != group.end() && rules->second->kind == Node::Kind::list) {
      for (const Node& rule : rules->second->children) parse_rule(rule, out);
    } else if (rules != group.end() && rules->second->kind != Node::Kind::null) {
      problem(rules->second->at, "rules must be a list");
    }
    file_.groups.push_back(std::move(out));
  }

  void parse_rule(const Node& node, RuleGroup& group) {
    if (++rules_ > kMaxRules) {
      if (rules_ == kMaxRules + 1) {
        problem(node.at, "more than " + std::to_string(kMaxRules) + " rules in one file");
      }
      return;
    }
    const Fields rule =
        fields(node, "a rule",
               {"alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"});
    if (rule.empty()) return;
    if (rule.contains("record")) {
      return problem(rule.at("record")->at,
                     "recording rules are not supported, expected \"alert\": write the expression "
                     "into the alert that uses it");
    }
    const Node* const name = required(rule, "alert", node.at);
    const Node* const expr = required(rule, "expr", node.at);
    if (name != nullptr) check_name(*name);
    const std::optional<Duration> hold = duration(rule, "for");
    const std::optional<Duration> keep = duration(rule, "keep_firing_for");
    auto labels = templates(rule, "labels");
    auto annotations = templates(rule, "annotations");
    const Severity severity = check_labels(labels, rule, node.at);
    auto parsed = expr == nullptr ? std::nullopt : expression(*expr);
    if (name == nullptr || !parsed) return;
    group.rules.push_back({name->text,
                           *std::move(parsed),
                           hold.value_or(Duration{}),
                           keep.value_or(Duration{}),
                           severity,
                           std::move(labels),
                           std::move(annotations),
                           {},
                           group.name,
                           node.at});
  }

  void check_name(const Node& name) {
    if (!is_label_name(name.text)) {
      problem(name.at, "the alert is named " + describe(name) +
                           ", expected letters, digits and underscores");
    } else if (!alerts_.insert(name.text).second) {
      problem(name.at, "a second rule is named " + describe(name));
    }
  }

  std::map<std::string, Template> templates(const Fields& rule, std::string_view key) {
    std::map<std::string, Template> out;
    const auto found = rule.find(key);
    if (found == rule.end() || found->second->kind == Node::Kind::null) return out;
    const Fields texts = fields(*found->second, "names with their texts", {});
    if (texts.size() > kMaxTextsPerRule) {
      problem(found->second->at,
              "more than " + std::to_string(kMaxTextsPerRule) + " " + std::string(key));
      return out;
    }
    for (const auto& [name, node] : texts) add_template(out, key, name, *node);
    return out;
  }

  void add_template(std::map<std::string, Template>& out, std::string_view key,
                    std::string_view name, const Node& node) {
    if (!is_label_name(name)) {
      return problem(node.at, '"' + sanitize(name, kShownBytes) + "\" is no name for one of " +
                                  std::string(key));
    }
    if (key == "labels" && (name == "__name__" || name == "alertname")) {
      return problem(node.at, "the label " + std::string(name) + " cannot be set by a rule");
    }
    if (node.kind == Node::Kind::list || node.kind == Node::Kind::map) {
      return problem(node.at, "found " + describe(node) + ", expected a text");
    }
    if (node.text.size() > kMaxTextBytes) {
      return problem(node.at, "the text is longer than 4096 bytes");
    }
    auto parsed = Template::parse(node.text);
    if (!parsed) {
      return problem(ScalarPlace(text_, node).of(parsed.error().offset), parsed.error().message);
    }
    if (key == "labels" && parsed->asks()) {
      return problem(node.at, "the label " + std::string(name) +
                                  " asks a query: every other answer would be another alert");
    }
    out.emplace(name, *std::move(parsed));
  }

  Severity check_labels(const std::map<std::string, Template>& labels, const Fields& rule,
                        yaml::Position at) {
    const yaml::Position place = rule.contains("labels") ? rule.at("labels")->at : at;
    if (origin_ == RuleOrigin::bundled && !labels.contains("area")) {
      problem(place, "the label area is missing");
    }
    const auto found = labels.find("severity");
    if (found == labels.end()) {
      if (origin_ == RuleOrigin::bundled) problem(place, "the label severity is missing");
      return Severity::warning;
    }
    const auto severity = severity_of(found->second.text());
    if (!severity) {
      problem(place, "severity is \"" + sanitize(found->second.text(), kShownBytes) +
                         "\", expected critical, warning or info");
    }
    return severity.value_or(Severity::warning);
  }

  std::optional<promql::Expression> expression(const Node& node) {
    auto parsed = promql::Expression::parse(node.text);
    if (!parsed) {
      const promql::ParseProblem& found = parsed.error();
      problem(ScalarPlace(text_, node).of(found.offset),
              "expr: " + sanitize(found.message, kMaxTextBytes) +
                  (found.unsupported ? " (not supported by clawvigil)" : ""),
              promql::with_caret(node.text, found));
      return std::nullopt;
    }
    if (parsed->type() != promql::ValueType::vector &&
        parsed->type() != promql::ValueType::scalar) {
      problem(node.at, "expr must give a vector or a number");
      return std::nullopt;
    }
    return *std::move(parsed);
  }

  std::string_view text_;
  RuleOrigin origin_;
  RuleFile file_;
  std::vector<RuleProblem> problems_;
  std::set<std::string> groups_;
  std::set<std::string> alerts_;
  std::size_t rules_ = 0;
};

}  // namespace

std::string Rule::label(std::string_view name) const {
  const auto found = labels.find(std::string(name));
  return found != labels.end() && found->second.is_constant() ? found->second.text() : "";
}

std::vector<promql::SelectorUse> Rule::explained_by() const {
  std::vector<promql::SelectorUse> all;
  for (const auto* const texts : {&annotations, &translated}) {
    for (const auto& [name, text] : *texts) {
      std::ranges::move(text.selectors(), std::back_inserter(all));
    }
  }
  return all;
}

std::string to_string(const RuleProblem& problem) {
  std::string text = problem.file + ":" + std::to_string(problem.at.line) + ":" +
                     std::to_string(problem.at.column) + ": " + problem.message;
  if (!problem.excerpt.empty()) text += "\n" + problem.excerpt;
  return text;
}

std::expected<RuleFile, std::vector<RuleProblem>> parse_rule_file(std::string name,
                                                                  std::string_view text,
                                                                  RuleOrigin origin) {
  return FileParser(std::move(name), text, origin).run();
}

}  // namespace clawvigil::alerts
