#include "collectors/parse/exec_policy.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>

namespace clawvigil {

namespace {

using nlohmann::json;

// From here on commands run on the host unasked unless something says otherwise.
constexpr OpenClawVersion kFullByDefault{2026, 4, 2};
constexpr std::size_t kMaxAgents = 4096;

// From strict to free, and from silent to asking.
constexpr std::array<std::string_view, 3> kSecurities = {"deny", "allowlist", "full"};
constexpr std::array<std::string_view, 3> kAsks = {"off", "on-miss", "always"};

std::size_t rank(std::span<const std::string_view> order, std::string_view word) {
  return static_cast<std::size_t>(std::ranges::find(order, word) - order.begin());
}

std::string stricter_security(const std::string& a, const std::string& b) {
  return rank(kSecurities, a) <= rank(kSecurities, b) ? a : b;
}

std::string more_asking(const std::string& a, const std::string& b) {
  return rank(kAsks, a) >= rank(kAsks, b) ? a : b;
}

std::string first_set(std::string_view a, std::string_view b, std::string_view c = {}) {
  if (!a.empty()) return std::string(a);
  return std::string(b.empty() ? c : b);
}

ExecApproval approval_of(const ExecApprovals& approvals, std::string_view agent) {
  const auto found = approvals.agents.find(std::string(agent));
  return found == approvals.agents.end() ? ExecApproval() : found->second;
}

// What the host allows the agent; `requested` where the approvals say nothing.
ExecApproval allowed_by_host(const ExecApprovals& approvals, std::string_view agent,
                             const ExecApproval& requested) {
  const ExecApproval own = approval_of(approvals, agent);
  const ExecApproval any = approval_of(approvals, "*");
  const ExecApproval& defaults = approvals.defaults;
  return {first_set(own.security, any.security, first_set(defaults.security, requested.security)),
          first_set(own.ask, any.ask, first_set(defaults.ask, requested.ask))};
}

ExecApproval policy_of_mode(std::string_view mode) {
  if (mode == "full") return {"full", "off"};
  if (mode == "allowlist") return {"allowlist", "off"};
  if (mode == "ask" || mode == "auto") return {"allowlist", "on-miss"};
  return {"deny", "off"};
}

// A level with a mode replaces what came before; without, each key does on its own.
ExecApproval layered(const ExecApproval& base, const ExecRequest& level) {
  if (!level.mode.empty()) return policy_of_mode(level.mode);
  return {first_set(level.security, base.security), first_set(level.ask, base.ask)};
}

ExecPolicy newer_policy(const ExecRequest& global, const ExecRequest& agent,
                        const ExecApprovals& approvals, std::string_view agent_id, bool sandboxed) {
  const ExecApproval requested = layered(layered({"full", "off"}, global), agent);
  const ExecApproval host = allowed_by_host(approvals, agent_id, requested);
  std::string target = first_set(agent.host, global.host, "auto");
  if (target == "auto") target = sandboxed ? "sandbox" : "gateway";
  return {target, stricter_security(requested.security, host.security),
          more_asking(requested.ask, host.ask)};
}

// Before 2026.4.2 the default host was the sandbox, and without one commands ran on the gateway's
// host past every check; approvals only guarded a host that was chosen by name.
ExecPolicy older_policy(const ExecRequest& global, const ExecRequest& agent,
                        const ExecApprovals& approvals, std::string_view agent_id, bool sandboxed) {
  const std::string target = first_set(agent.host, global.host);
  if (target.empty() && !sandboxed) return {"gateway", "full", "off"};
  const ExecApproval requested{
      first_set(agent.security, global.security, "allowlist"),
      first_set(first_set(agent.ask, global.ask), approvals.defaults.ask, "on-miss")};
  const ExecApproval host = allowed_by_host(approvals, agent_id, requested);
  const std::string ask = host.ask == "off" ? host.ask : more_asking(requested.ask, host.ask);
  const bool boxed = target.empty() || target == "sandbox" || target == "auto";
  return {boxed ? "sandbox" : target, stricter_security(requested.security, host.security), ask};
}

// A member of the closed list `allowed`, "" when it is absent.
Result<std::string> read_word(const json& object, const char* key,
                              std::span<const std::string_view> allowed) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::string();
  if (!found->is_string()) return fail(Errc::parse, std::string(key) + ": expected a text");
  const auto& word = found->get_ref<const std::string&>();
  if (std::ranges::find(allowed, word) != allowed.end()) return word;
  return fail(Errc::parse, std::string(key) + ": unknown value");
}

Result<ExecApproval> read_approval(const json& object) {
  if (!object.is_object()) return fail(Errc::parse, "expected an object");
  ExecApproval approval;
  TRY_ASSIGN(approval.security, read_word(object, "security", kSecurities));
  TRY_ASSIGN(approval.ask, read_word(object, "ask", kAsks));
  return approval;
}

// "default" was the name of the agent main once; its own words win over those under the old name.
void merge_old_default(ExecApprovals& approvals) {
  const auto old = approvals.agents.extract("default");
  if (old.empty()) return;
  ExecApproval& main = approvals.agents["main"];
  main.security = first_set(main.security, old.mapped().security);
  main.ask = first_set(main.ask, old.mapped().ask);
}

}  // namespace

Result<ExecApprovals> parse_exec_approvals(std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return fail(Errc::parse, "exec approvals: expected a JSON object");
  ExecApprovals approvals;
  if (const auto defaults = document.find("defaults"); defaults != document.end()) {
    auto read = read_approval(*defaults);
    if (!read) return prefixed(std::move(read).error(), "exec approvals: defaults");
    approvals.defaults = std::move(*read);
  }
  const auto agents = document.find("agents");
  if (agents == document.end()) return approvals;
  if (!agents->is_object()) return fail(Errc::parse, "exec approvals: agents: expected an object");
  if (agents->size() > kMaxAgents) return fail(Errc::too_large, "exec approvals: too many agents");
  for (const auto& [id, value] : agents->items()) {
    auto read = read_approval(value);
    if (!read) return prefixed(std::move(read).error(), "exec approvals: an agent");
    approvals.agents.emplace(id, std::move(*read));
  }
  merge_old_default(approvals);
  return approvals;
}

ExecPolicy effective_exec_policy(const ExecRequest& global, const ExecRequest& agent,
                                 const ExecApprovals& approvals, std::string_view agent_id,
                                 bool sandboxed, const std::optional<OpenClawVersion>& version) {
  return version && *version < kFullByDefault
             ? older_policy(global, agent, approvals, agent_id, sandboxed)
             : newer_policy(global, agent, approvals, agent_id, sandboxed);
}

}  // namespace clawvigil
