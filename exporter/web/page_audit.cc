// What OpenClaw's own security audit of one home found, and when it was asked.
#include <string>
#include <vector>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kFindings = "clawvigil_audit_findings";
constexpr std::string_view kChecks = "clawvigil_audit_finding_info";
constexpr std::string_view kLastSuccess = "clawvigil_audit_last_success_timestamp_seconds";

void severity(Html& html, const View& view, Facts& facts, Phrase name, std::string_view word,
              Mark mark) {
  const std::optional<double> count = view.sum(kFindings, "severity", word);
  facts.begin(name);
  if (!count) {
    facts.unknown(kFindings);
  } else if (*count == 0) {
    badge(html, Mark::good, {"None", "Aucun"});
  } else {
    badge(html, mark, format_count(*count));
  }
  facts.finish();
}

// What is merely told (info) is not listed: the attack surface stands there always.
void checks(Html& html, const View& view) {
  std::vector<Row> rows = view.rows(kChecks);
  std::erase_if(rows, [](const Row& row) { return row.label("severity") == "info"; });
  if (rows.empty()) return;
  Table table(html, {"Findings of OpenClaw's own audit", "Constats de l'audit d'OpenClaw"},
              {{"Check", "Contrôle"}, {"Severity", "Gravité"}});
  for (const bool critical : {true, false}) {
    for (const Row& row : rows) {
      if ((row.label("severity") == "critical") != critical) continue;
      if (!table.begin_row(row.label("check_id"))) continue;
      table.mark(critical ? Mark::bad : Mark::plain,
                 critical ? Phrase{"Critical", "Critique"} : Phrase{"Warning", "Avertissement"});
    }
  }
  table.end();
}

}  // namespace

void audit(Html& html, const View& view, std::size_t index) {
  if (view.is_absent(kFindings)) return;
  const std::string id = std::to_string(index);
  html.raw("<h4 id=\"audit-")
      .text(id)
      .raw("\">")
      .text({"OpenClaw's own security audit", "L'audit de sécurité d'OpenClaw"})
      .raw("</h4>");
  Facts facts(html, view);
  severity(html, view, facts, {"Critical findings", "Constats critiques"}, "critical", Mark::bad);
  severity(html, view, facts, {"Warnings", "Avertissements"}, "warn", Mark::plain);
  facts.number({"Suppressed findings", "Constats masqués"}, "clawvigil_audit_suppressed_findings");
  facts.moment({"Last run", "Dernier passage"}, kLastSuccess);
  facts.end();
  checks(html, view);
}

}  // namespace clawvigil::web::page
