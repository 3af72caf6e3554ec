#include "collectors/audit.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "collectors/audit_families.h"
#include "collectors/parse/audit_report.h"
#include "collectors/probe_reading.h"

namespace clawvigil {

namespace {

using namespace audit_families;

constexpr std::string_view kProbe = "openclaw-audit";
constexpr std::size_t kMaxChecks = 64;  // series a home
// Findings stay true until somebody changes something, also over a restart of the host; older ones
// say nothing any more. Their age is exported and judged by a rule before.
constexpr Duration kForgottenAfter = std::chrono::days(14);

// The worst ones first, when there are too many.
void export_checks(const Home& home, const AuditReport& report, Batch& out) {
  std::vector<std::pair<AuditSeverity, std::string_view>> checks;
  checks.reserve(report.checks.size());
  for (const auto& [id, severity] : report.checks) checks.emplace_back(severity, id);
  std::ranges::sort(checks);
  checks.resize(std::min(checks.size(), kMaxChecks));
  for (const auto& [severity, id] : checks) {
    out.set(kFinding, 1, home.label, id, to_string(severity));
  }
}

Result<> export_home(const Home& home, const host::ProbeReport& spool, Batch& out) {
  TRY_ASSIGN(const std::string_view output, output_of(spool, home.label));
  const auto report = parse_audit_report(output);
  if (!report) return prefixed(report.error(), home.label);
  for (const auto& [severity, count] : report->counts) {
    out.set(kFindings, static_cast<double>(count), home.label, to_string(severity));
  }
  export_checks(home, *report, out);
  out.set(kSuppressed, static_cast<double>(report->suppressed), home.label);
  out.set(kLastSuccess, to_unix_seconds(spool.taken), home.label);
  return {};
}

class AuditCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kAuditInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    if (context.homes.empty()) return {};
    const auto spool = load_probe(context, kProbe);
    if (!spool) {
      out.unknown(spool.error(), names_of(kMetrics));
      return {};
    }
    const auto fresh = host::check_age(*spool, context.now.wall, kForgottenAfter);
    if (!fresh) {
      out.unknown(with_command(fresh.error()), names_of(kMetrics));
      return {};
    }
    for (const Home& home : context.homes) {
      const auto exported = export_home(home, *spool, out);
      if (!exported) out.unknown(with_command(exported.error()), names_of(kMetrics));
    }
    return {};
  }

 private:
  static Error with_command(Error error) {
    error.message += "; run again: sudo clawvigil probe openclaw-audit";
    return error;
  }
};

}  // namespace

const CollectorInfo kAuditInfo{
    "audit",
    "Reads what OpenClaw's own security audit found; a timer runs it (clawvigil probe).",
    std::chrono::seconds(60),
    std::chrono::seconds(20),
    std::chrono::minutes(5),
    kMetrics};

std::unique_ptr<Collector> make_audit_collector() { return std::make_unique<AuditCollector>(); }

}  // namespace clawvigil
