// The packet filter: does it refuse, what does it let in, what goes past it.
#include <algorithm>
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kActive = "clawvigil_firewall_active";
constexpr std::string_view kDeny = "clawvigil_firewall_default_deny_incoming";
constexpr std::string_view kAllowed = "clawvigil_firewall_allowed_port_info";
constexpr std::string_view kPublished = "clawvigil_docker_published_port_info";
constexpr std::string_view kPublishedCount = "clawvigil_docker_published_ports_exposed";
constexpr std::string_view kChanged = "clawvigil_firewall_changed_timestamp_seconds";

std::string_view words_for(std::string_view scope) {
  if (scope == "any") return "Anyone";
  if (scope == "listed") return "Some public addresses";
  if (scope == "private") return "Private networks";
  return "The tailnet";
}

void by_default(Facts& facts, Html& html, const View& view) {
  facts.begin("Connections no rule names");
  const std::vector<Row> rows = view.rows(kDeny);
  if (rows.empty()) facts.unknown(kDeny);
  for (const Row& row : rows) {
    const bool denied = row.value() > 0;
    badge(html, denied ? Mark::good : Mark::bad, denied ? "Refused" : "Let in");
    html.raw(" ").text(row.label("family") == "ipv6" ? "IPv6 " : "IPv4 ");
  }
  facts.finish();
}

void state(Html& html, const View& view) {
  Facts facts(html, view);
  facts.yes_no("Firewall", kActive, {"On", Mark::good, "Off", Mark::bad});
  if (!view.rows(kActive).empty()) facts.info("Read from", kActive, "backend");
  by_default(facts, html, view);
  facts.number("Ports of containers open to the internet", kPublishedCount);
  if (view.value(kChanged)) facts.moment("Rules last changed", kChanged);
  facts.end();
}

// `past`: into containers, past the rules for incoming packets.
void add_rows(Table& table, const View& view, std::string_view family, bool past) {
  std::vector<Row> rows = view.rows(family);
  std::ranges::stable_sort(rows, {},
                           [](const Row& row) { return row.label("source_scope") != "any"; });
  for (const Row& row : rows) {
    const std::string port =
        std::string(row.label("protocol")) + " " + std::string(row.label("port"));
    if (!table.begin_row(port)) continue;
    const bool expected = row.label("expected") == "true";
    const bool anyone = row.label("source_scope") == "any";
    table.mark(anyone && !expected ? Mark::bad : Mark::plain, words_for(row.label("source_scope")));
    table.text(past ? "A container, past the firewall" : "This host");
    const std::string_view otherwise = anyone ? "no" : "";
    table.text(expected ? "yes" : otherwise);
  }
}

}  // namespace

void firewall(Html& html, const View& view) {
  if (view.is_absent(kActive)) return;
  html.raw(R"(<section class="card" aria-labelledby="firewall"><h2 id="firewall">Firewall</h2>)");
  state(html, view);
  const bool has_rows = !view.rows(kAllowed).empty() || !view.rows(kPublished).empty();
  if (has_rows) {
    html.raw("<h3 id=\"open-ports\">Open ports</h3>");
    Table table(html, "open-ports", {{"Port"}, {"For"}, {"Leads to"}, {"Accepted"}});
    add_rows(table, view, kAllowed, false);
    add_rows(table, view, kPublished, true);
    table.end();
  }
  if (view.is_incomplete(kAllowed)) {
    html.raw("<p>Some ports: ");
    unknown(html, view, kAllowed);
    html.raw("</p>");
  }
  html.raw("</section>");
}

}  // namespace clawvigil::web::page
