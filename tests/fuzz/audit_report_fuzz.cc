#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/audit_report.h"

using clawvigil::AuditReport;

// Counts and checks agree, and no id is anything but a short word.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto report = clawvigil::parse_audit_report({reinterpret_cast<const char*>(data), size});
  if (!report) return 0;
  std::size_t findings = 0;
  for (const auto& [severity, count] : report->counts) findings += count;
  if (report->counts.size() != 3 || findings > AuditReport::kMaxFindings) std::abort();
  if (report->checks.size() > findings || report->checks.empty() != (findings == 0)) std::abort();
  for (const auto& [id, severity] : report->checks) {
    if (id.empty() || id.size() > AuditReport::kMaxIdBytes) std::abort();
    if (id.find_first_of("\"\\\n{} ") != std::string::npos) std::abort();
    if (report->counts.at(severity) == 0) std::abort();
  }
  return 0;
}
