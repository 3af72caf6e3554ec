#include "collectors/parse/openclaw_capabilities.h"

#include <algorithm>

#include "collectors/parse/dangerous_flags.h"
#include "collectors/parse/exec_tool_policy.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::size_t kMaxAgents = 256;
constexpr std::size_t kMaxServers = 1024;
constexpr std::size_t kMaxProviders = 256;
// Before it, any setting below tools.exec gave the agent the tool, whatever its profile.
constexpr OpenClawVersion kNoImplicitGrants{2026, 4, 29};

// The list at `node`; nullopt when there is none. Clears `known` if it cannot be told.
std::optional<ToolList> read_list(const Node& node, bool& known) {
  if (!node.exists()) return std::nullopt;
  auto list = node.text_list();
  known = known && list.known;
  return std::move(list.value);
}

ToolPolicy read_policy(const Node& tools, bool& known) {
  return {read_list(tools["allow"], known), read_list(tools["alsoAllow"], known),
          read_list(tools["deny"], known)};
}

// The agent's list before the global one.
ToolPolicy sandbox_policy(const ToolPolicy& global, const ToolPolicy& agent) {
  const auto pick = [](const auto& own, const auto& other) { return own ? own : other; };
  return {pick(agent.allow, global.allow), pick(agent.also_allow, global.also_allow),
          pick(agent.deny, global.deny)};
}

// What all agents share.
struct Globals {
  Node tools;
  Node sandbox;  // agents.defaults.sandbox
  const std::vector<ChannelAccount>& channels;
  const std::optional<OpenClawVersion>& version;
};

std::optional<bool> read_exec_tool(const Globals& globals, const Node& tools, bool sandboxed) {
  bool known = true;
  const ToolPolicy global = read_policy(globals.tools, known);
  const ToolPolicy own = read_policy(tools, known);
  const Node profile = tools["profile"].exists() ? tools["profile"] : globals.tools["profile"];
  const auto name = profile.choice("", {"minimal", "coding", "messaging", "full"});
  auto also_allow = own.also_allow ? own.also_allow : global.also_allow;
  if (globals.version && *globals.version < kNoImplicitGrants &&
      (tools["exec"].exists() || globals.tools["exec"].exists())) {
    if (!also_allow) also_allow.emplace();
    also_allow->emplace_back("exec");
  }
  bool permitted =
      profile_permits_exec(name.value, also_allow) && permits_exec(global) && permits_exec(own);
  if (sandboxed) {
    const ToolPolicy inside = sandbox_policy(read_policy(globals.tools["sandbox"]["tools"], known),
                                             read_policy(tools["sandbox"]["tools"], known));
    permitted = permitted && permits_exec(inside);
  }
  if (!known || !name.known) return std::nullopt;
  return permitted;
}

std::optional<ExecRequest> read_exec(const Node& exec) {
  const auto mode = exec["mode"].choice("", {"deny", "allowlist", "ask", "auto", "full"});
  const auto security = exec["security"].choice("", {"deny", "allowlist", "full"});
  const auto ask = exec["ask"].choice("", {"off", "on-miss", "always"});
  const auto host = exec["host"].choice("", {"auto", "sandbox", "gateway", "node"});
  if (!mode.known || !security.known || !ask.known || !host.known) return std::nullopt;
  return ExecRequest{mode.value, security.value, ask.value, host.value};
}

Node own_or_default(const Node& own, const Node& defaults, std::string_view key) {
  const Node node = own[key];
  return node.exists() ? node : defaults[key];
}

Setting<std::string> read_scope(const Node& own, const Node& defaults) {
  const Node scope = own_or_default(own, defaults, "scope");
  const Node per_session = own_or_default(own, defaults, "perSession");
  if (scope.exists() || !per_session.exists()) {
    return scope.choice("agent", {"session", "agent", "shared"});
  }
  const auto each = per_session.boolean(false);
  return {each.value ? "session" : "shared", true, each.known};
}

// Who may use elevated tools, by one level of the configuration.
struct Elevated {
  bool enabled = true;
  bool known = true;
  bool listed = false;                                            // has an allowFrom at all
  std::vector<std::pair<std::string, ToolList>> senders_of = {};  // by channel
};

Elevated read_elevated(const Node& elevated) {
  Elevated level;
  const auto enabled = elevated["enabled"].boolean(true);
  level.enabled = enabled.value;
  level.known = enabled.known;
  const Node allow_from = elevated["allowFrom"];
  level.listed = allow_from.exists();
  for (const NodeMember& channel : allow_from.members(kMaxProviders)) {
    auto senders = channel.node.text_list();
    level.known = level.known && senders.known;
    level.senders_of.emplace_back(channel.key, std::move(senders.value));
  }
  return level;
}

const ToolList* senders_of(const Elevated& level, std::string_view channel) {
  const auto found =
      std::ranges::find(level.senders_of, channel, [](const auto& entry) { return entry.first; });
  return found == level.senders_of.end() ? nullptr : &found->second;
}

bool has_wildcard(const ToolList& senders) {
  return std::ranges::find(senders, "*") != senders.end();
}

// Where no list is given for Discord, the senders of its direct messages are meant.
void add_discord(const std::vector<ChannelAccount>& channels, Elevated& level) {
  if (senders_of(level, "discord") != nullptr) return;
  ToolList senders;
  for (const ChannelAccount& account : channels) {
    if (account.channel != "discord") continue;
    senders.insert(senders.end(), account.allow_from.value.begin(), account.allow_from.value.end());
  }
  if (!senders.empty()) level.senders_of.emplace_back("discord", std::move(senders));
}

void read_elevated(const Globals& globals, const Node& tools, AgentCapabilities& agent) {
  Elevated global = read_elevated(globals.tools["elevated"]);
  Elevated own = read_elevated(tools["elevated"]);
  add_discord(globals.channels, global);
  if (own.listed) add_discord(globals.channels, own);
  bool some = false;
  bool all = false;
  for (const auto& [channel, senders] : global.senders_of) {
    const ToolList* const narrowed = own.listed ? senders_of(own, channel) : &senders;
    if (narrowed == nullptr) continue;
    some = some || (!senders.empty() && !narrowed->empty());
    all = all || (has_wildcard(senders) && has_wildcard(*narrowed));
  }
  const bool enabled = global.enabled && own.enabled;
  if (!global.known || !own.known) return;
  agent.elevated = enabled && some;
  agent.elevated_open = enabled && all;
}

AgentCapabilities read_agent(const Globals& globals, const std::string& id, const Node& node) {
  AgentCapabilities agent;
  agent.id = id;
  agent.workspace = node["workspace"].text("").value;
  const Node tools = node["tools"];
  const Node sandbox = node["sandbox"];
  agent.sandbox_mode =
      own_or_default(sandbox, globals.sandbox, "mode").choice("off", {"off", "non-main", "all"});
  agent.sandbox_scope = read_scope(sandbox, globals.sandbox);
  agent.exec_tool = read_exec_tool(globals, tools, agent.sandbox_mode.value == "all");
  agent.exec = read_exec(tools["exec"]);
  if (!agent.sandbox_mode.known) agent.exec_tool = std::nullopt;
  read_elevated(globals, tools, agent);
  return agent;
}

// [a-z0-9_-], at most 64, from whatever was written; "main" if nothing is left.
std::string normalized_agent_id(std::string_view written) {
  constexpr std::size_t kLongest = 64;
  std::string id;
  bool replaced = false;  // the last character stands for some that are not allowed
  bool valid = true;
  for (const char c : to_lower_ascii(trim(written))) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool plain = alphanumeric || c == '_' || c == '-';
    valid = valid && plain && (alphanumeric || !id.empty());
    if (plain || !replaced) id.push_back(plain ? c : '-');
    replaced = !plain;
  }
  if (valid && !id.empty() && id.size() <= kLongest) return id;
  while (id.starts_with('-')) id.erase(0, 1);
  while (id.ends_with('-')) id.pop_back();
  id.resize(std::min(id.size(), kLongest));
  return id.empty() ? "main" : id;
}

std::vector<AgentCapabilities> read_agents(const Globals& globals, const Node& agents) {
  std::vector<AgentCapabilities> result;
  const auto add = [&](std::string_view written, const Node& node) {
    const std::string id = normalized_agent_id(written);
    const auto same = [&id](const AgentCapabilities& other) { return other.id == id; };
    if (std::ranges::any_of(result, same)) return;
    result.push_back(read_agent(globals, id, node));
  };
  for (const NodeMember& entry : agents["entries"].members(kMaxAgents)) add(entry.key, entry.node);
  for (const NodeMember& entry : agents["list"].elements(kMaxAgents)) {
    add(entry.node["id"].text("").value, entry.node);
  }
  if (result.empty()) add("main", agents["entries"]["main"]);
  return result;
}

std::size_t count_servers(const Node& servers) {
  std::size_t count = 0;
  for (const NodeMember& server : servers.members(kMaxServers)) {
    if (server.node["enabled"].boolean(true).value) ++count;
  }
  return count;
}

}  // namespace

CapabilitySettings read_capabilities(const Node& root, const std::vector<ChannelAccount>& channels,
                                     const std::optional<OpenClawVersion>& version) {
  CapabilitySettings settings;
  const Globals globals{root["tools"], root["agents"]["defaults"]["sandbox"], channels, version};
  settings.exec = read_exec(globals.tools["exec"]);
  settings.agents = read_agents(globals, root["agents"]);
  settings.dangerous_flags = read_dangerous_flags(root);
  settings.mcp_servers = count_servers(root["mcp"]["servers"]);
  settings.plugins = read_plugins(root["plugins"]);
  settings.skill_directories = root["skills"]["load"]["extraDirs"].text_list();
  return settings;
}

std::optional<ExecPolicy> exec_policy_of(const CapabilitySettings& settings,
                                         const AgentCapabilities& agent,
                                         const ExecApprovals& approvals,
                                         const std::optional<OpenClawVersion>& version) {
  if (!settings.exec || !agent.exec || !agent.sandbox_mode.known) return std::nullopt;
  return effective_exec_policy(*settings.exec, *agent.exec, approvals, agent.id,
                               agent.sandbox_mode.value == "all", version);
}

}  // namespace clawvigil
