// What an agent's shell commands may do: where they run, which of them, and who is asked first.
//
// Two layers meet: what openclaw.json requests (tools.exec and the agent's own), and what the host
// allows (exec approvals), the stricter of both wins. Judge: `openclaw approvals get --json` of
// 2026.9.6; for the versions before 2026.4.2, whose default was another, the code of 2026.3.13.
//
// Exec approvals, exec-approvals.json or raw_json of the table exec_approvals_config:
//   {"version":1,"defaults":{"security":"allowlist","ask":"on-miss"},
//    "agents":{"*":{"ask":"always"},"main":{"security":"full","allowlist":[{"pattern":"…"}]}}}
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/parse/openclaw_version.h"
#include "exporter/base/result.h"

namespace clawvigil {

// One level of tools.exec; "" is a key that is not set.
struct ExecRequest {
  std::string mode = {};      // deny, allowlist, ask, auto, full: a name for a security and an ask
  std::string security = {};  // deny, allowlist, full
  std::string ask = {};       // off, on-miss, always
  std::string host = {};      // auto, sandbox, gateway, node
};

struct ExecApproval {
  std::string security;  // "" when not set, as above
  std::string ask;
};

struct ExecApprovals {
  ExecApproval defaults;
  std::map<std::string, ExecApproval> agents;  // by agent id, and "*"
};

struct ExecPolicy {
  std::string host;  // where commands of the agent's main session run: sandbox, gateway, node
  std::string security;
  std::string ask;
};

// Of an approvals document. Errors: parse, for anything OpenClaw would not accept; too_large beyond
// 4,096 agents. Pure; nothing of the document is in the error.
[[nodiscard]] Result<ExecApprovals> parse_exec_approvals(std::string_view text);

// `sandboxed`: the agent's main session runs in a sandbox (mode all). With host sandbox and without
// one, OpenClaw refuses every command: the result keeps host "sandbox". No `version` is judged as
// the newest.
[[nodiscard]] ExecPolicy effective_exec_policy(const ExecRequest& global, const ExecRequest& agent,
                                               const ExecApprovals& approvals,
                                               std::string_view agent_id, bool sandboxed,
                                               const std::optional<OpenClawVersion>& version);

}  // namespace clawvigil
