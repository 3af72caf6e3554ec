// The document `openclaw security audit --json` prints (2026.3 to 2026.9):
//
//   {"ts": 1795309150390, "summary": {"critical": 1, "warn": 1, "info": 1},
//    "findings": [{"checkId": "fs.config.perms_world_readable", "severity": "critical",
//                  "title": "…", "detail": "…", "remediation": "…"}],
//    "suppressedFindings": [{"checkId": …, "suppression": {"reason": "…"}}]}
//
// `suppressedFindings` are those that security.audit.suppressions of openclaw.json hides; without
// any it is absent. The program that prints it is the agent's own: the text is hostile.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil {

enum class AuditSeverity { critical, warn, info };
[[nodiscard]] std::string_view to_string(AuditSeverity severity);

struct AuditReport {
  static constexpr std::size_t kMaxFindings = 2000;  // more is too_large
  static constexpr std::size_t kMaxIdBytes = 96;

  std::map<AuditSeverity, std::size_t> counts;  // every severity, also those with 0
  // Check to its worst severity. Ids consist of letters, digits and "._-"; others are "other".
  std::map<std::string, AuditSeverity> checks;
  std::size_t suppressed = 0;
};

// Anything before the first line that begins with '{' is left out. parse: no such document, which
// is also what an invalid configuration gives ({"ok": false, …}); a severity it does not know
// counts as critical. Pure.
[[nodiscard]] Result<AuditReport> parse_audit_report(std::string_view text);

}  // namespace clawvigil
