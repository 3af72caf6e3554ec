#include "collectors/parse/dangerous_flags.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace clawvigil {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxAgents = 256;
constexpr int kMaxDepth = 12;
constexpr std::size_t kMaxValues = 65'536;

constexpr std::array<std::string_view, 8> kNames = {
    "browser.ssrfPolicy.dangerouslyAllowPrivateNetwork",
    "tools.exec.applyPatch.workspaceOnly",
    "security.audit.suppressions",
    "agents.*.sandbox.docker.dangerouslyAllowReservedContainerTargets",
    "agents.*.sandbox.docker.dangerouslyAllowExternalBindSources",
    "agents.*.sandbox.docker.dangerouslyAllowContainerNamespaceJoin",
    "channels.*.dangerously*",
    "plugins.entries.*.config.dangerously*",
};

constexpr std::array<std::string_view, 3> kDockerKeys = {"dangerouslyAllowReservedContainerTargets",
                                                         "dangerouslyAllowExternalBindSources",
                                                         "dangerouslyAllowContainerNamespaceJoin"};

Setting<bool> either(const Setting<bool>& a, const Setting<bool>& b) {
  return {a.value || b.value, a.configured || b.configured, a.known && b.known};
}

// Somewhere below `value` a key that begins with "dangerously" is true.
class Search {
 public:
  Setting<bool> run(const Node& node) {
    const bool found = node.exists() && below(*node.json(), 0);
    return {found, node.exists(), found || !exceeded_};
  }

 private:
  bool below(const json& value, int depth) {
    if (!value.is_structured()) return false;
    seen_ += value.size();
    if (depth >= kMaxDepth || seen_ > kMaxValues) {
      exceeded_ = true;
      return false;
    }
    if (value.is_array()) {
      return std::ranges::any_of(value, [&](const json& v) { return below(v, depth + 1); });
    }
    for (auto item = value.begin(); item != value.end(); ++item) {
      if (item.key().starts_with("dangerously") && *item == true) return true;
      if (below(*item, depth + 1)) return true;
    }
    return false;
  }

  std::size_t seen_ = 0;
  bool exceeded_ = false;
};

// Of agents.defaults and every agent.
Setting<bool> read_docker_flag(const Node& agents, std::string_view key) {
  const auto of = [key](const Node& agent) {
    return agent["sandbox"]["docker"][key].boolean(false);
  };
  Setting<bool> flag = of(agents["defaults"]);
  for (const NodeMember& entry : agents["entries"].members(kMaxAgents)) {
    flag = either(flag, of(entry.node));
  }
  for (const NodeMember& entry : agents["list"].elements(kMaxAgents)) {
    flag = either(flag, of(entry.node));
  }
  return flag;
}

}  // namespace

std::vector<std::string_view> dangerous_flag_names() { return {kNames.begin(), kNames.end()}; }

std::vector<DangerousFlag> read_dangerous_flags(const Node& root) {
  std::vector<DangerousFlag> flags;
  flags.reserve(kNames.size());
  const auto add = [&flags](const Setting<bool>& on) {
    flags.push_back({kNames.at(flags.size()), on});
  };
  add(root["browser"]["ssrfPolicy"]["dangerouslyAllowPrivateNetwork"].boolean(false));
  const auto workspace_only = root["tools"]["exec"]["applyPatch"]["workspaceOnly"].boolean(true);
  add({!workspace_only.value, workspace_only.configured, workspace_only.known});
  const auto suppressions = root["security"]["audit"]["suppressions"].elements(kMaxAgents);
  add({!suppressions.empty(), !suppressions.empty()});
  for (const std::string_view key : kDockerKeys) add(read_docker_flag(root["agents"], key));
  add(Search().run(root["channels"]));
  add(Search().run(root["plugins"]["entries"]));
  return flags;
}

}  // namespace clawvigil
