#include "collectors/parse/audit_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "collectors/parse/json_object.h"

namespace clawvigil {

namespace {

using nlohmann::json;
using parse::text_of;

constexpr std::string_view kOther = "other";

std::unexpected<Error> malformed(std::string_view what) {
  return fail(Errc::parse, "the audit's answer: " + std::string(what));
}

// What a program prints before its document ends with a line.
std::string_view document_of(std::string_view text) {
  if (text.starts_with('{')) return text;
  const std::size_t line = text.find("\n{");
  return line == std::string_view::npos ? std::string_view{} : text.substr(line + 1);
}

const json::array_t* list(const json& document, const char* key) {
  const auto found = document.find(key);
  return found == document.end() ? nullptr : found->get_ptr<const json::array_t*>();
}

// A severity that is new to us must not pass for harmless.
AuditSeverity severity_of(std::string_view word) {
  if (word == "warn") return AuditSeverity::warn;
  if (word == "info") return AuditSeverity::info;
  return AuditSeverity::critical;
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= AuditReport::kMaxIdBytes &&
         std::ranges::all_of(id, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

}  // namespace

std::string_view to_string(AuditSeverity severity) {
  switch (severity) {
    case AuditSeverity::critical:
      return "critical";
    case AuditSeverity::warn:
      return "warn";
    case AuditSeverity::info:
      return "info";
  }
  return "critical";
}

Result<AuditReport> parse_audit_report(std::string_view text) {
  const json document = json::parse(document_of(text), nullptr, false);
  if (!document.is_object()) return malformed("not a JSON object");
  const auto* const findings = list(document, "findings");
  if (findings == nullptr) {
    return malformed(document.contains("ok") ? "openclaw.json is not valid" : "it has no findings");
  }
  const auto* const suppressed = list(document, "suppressedFindings");
  AuditReport report;
  report.suppressed = suppressed == nullptr ? 0 : suppressed->size();
  if (std::max(findings->size(), report.suppressed) > AuditReport::kMaxFindings) {
    return fail(Errc::too_large, "the audit's answer: too many findings");
  }
  for (const auto severity : {AuditSeverity::critical, AuditSeverity::warn, AuditSeverity::info}) {
    report.counts[severity] = 0;
  }
  for (const json& finding : *findings) {
    const AuditSeverity severity = severity_of(text_of(finding, "severity"));
    ++report.counts[severity];
    const std::string_view id = text_of(finding, "checkId");
    const auto [check, first] =
        report.checks.try_emplace(std::string(is_id(id) ? id : kOther), severity);
    if (!first) check->second = std::min(check->second, severity);
  }
  return report;
}

}  // namespace clawvigil
