#include "alerts/engine/translations.h"

#include <utility>

#include "exporter/base/strings.h"

namespace clawvigil::alerts {

std::expected<Translations, std::vector<RuleProblem>> parse_translations(std::string_view name,
                                                                         std::string_view text) {
  using yaml::Node;
  const auto refuse = [&](yaml::Position at, std::string message) {
    return std::unexpected(std::vector{RuleProblem{std::string(name), at, std::move(message), {}}});
  };
  const auto root = yaml::parse(text);
  if (!root) return refuse(root.error().at, root.error().message);
  if (root->kind != Node::Kind::map || root->children.size() != 2 ||
      root->children[0].text != "alerts" || root->children[1].kind != Node::Kind::map) {
    return refuse(root->at, "expected the key \"alerts\" with a map of alerts");
  }
  Translations out;
  const Node& alerts = root->children[1];
  for (std::size_t i = 0; i + 1 < alerts.children.size(); i += 2) {
    const Node& texts = alerts.children[i + 1];
    if (texts.kind != Node::Kind::map) return refuse(texts.at, "expected annotations");
    auto& alert = out[alerts.children[i].text];
    for (std::size_t j = 0; j + 1 < texts.children.size(); j += 2) {
      alert[texts.children[j].text] = texts.children[j + 1].text;
    }
  }
  return out;
}

std::vector<RuleProblem> translate(Rule& rule, const std::map<std::string, std::string>& texts,
                                   const Replacements& constants, std::string_view file) {
  std::vector<RuleProblem> problems;
  for (const auto& [name, text] : texts) {
    auto parsed = Template::parse(replace_constants(text, constants));
    if (parsed) {
      rule.translated.insert_or_assign(name, *std::move(parsed));
    } else {
      problems.push_back({std::string(file),
                          {},
                          rule.alertname + ", " + sanitize(name) + ": " + parsed.error().message,
                          {}});
    }
  }
  return problems;
}

}  // namespace clawvigil::alerts
