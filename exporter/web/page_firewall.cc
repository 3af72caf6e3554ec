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

Phrase words_for(std::string_view scope) {
  if (scope == "any") return Phrase{"Anyone", "Tout le monde"};
  if (scope == "listed") return Phrase{"Some public addresses", "Quelques adresses publiques"};
  if (scope == "private") return Phrase{"Private networks", "Réseaux privés"};
  return Phrase{"The tailnet", "Le tailnet"};
}

void by_default(Facts& facts, Html& html, const View& view) {
  facts.begin({"Connections no rule names", "Connexions qu'aucune règle ne nomme"});
  const std::vector<Row> rows = view.rows(kDeny);
  if (rows.empty()) facts.unknown(kDeny);
  for (const Row& row : rows) {
    const bool denied = row.value() > 0;
    badge(html, denied ? Mark::good : Mark::bad,
          denied ? Phrase{"Refused", "Refusées"} : Phrase{"Let in", "Admises"});
    html.raw(" ").text(row.label("family") == "ipv6" ? Phrase{"IPv6 ", "IPv6 "}
                                                     : Phrase{"IPv4 ", "IPv4 "});
  }
  facts.finish();
}

void state(Html& html, const View& view) {
  Facts facts(html, view);
  facts.yes_no({"Firewall", "Pare-feu"}, kActive,
               {{"On", "Activé"}, Mark::good, {"Off", "Désactivé"}, Mark::bad});
  if (!view.rows(kActive).empty()) facts.info({"Read from", "Lu dans"}, kActive, "backend");
  by_default(facts, html, view);
  facts.number(
      {"Ports of containers open to the internet", "Ports de conteneurs ouverts à l'internet"},
      kPublishedCount);
  if (view.value(kChanged))
    facts.moment({"Rules last changed", "Dernier changement des règles"}, kChanged);
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
    table.text(past ? Phrase{"A container, past the firewall", "Un conteneur, hors du pare-feu"}
                    : Phrase{"This host", "Cet hôte"});
    const Phrase otherwise = anyone ? Phrase{"no", "non"} : Phrase();
    table.text(expected ? Phrase{"yes", "oui"} : otherwise);
  }
}

}  // namespace

void firewall(Html& html, const View& view) {
  if (view.is_absent(kActive)) return;
  begin_part(html, "firewall", {"Firewall", "Pare-feu"});
  state(html, view);
  const bool has_rows = !view.rows(kAllowed).empty() || !view.rows(kPublished).empty();
  if (has_rows) {
    html.raw("<h4 id=\"open-ports\">").text({"Open ports", "Ports ouverts"}).raw("</h4>");
    Table table(
        html, {"Open ports", "Ports ouverts"},
        {{"Port", "Port"}, {"For", "Pour"}, {"Leads to", "Mène à"}, {"Accepted", "Accepté"}});
    add_rows(table, view, kAllowed, false);
    add_rows(table, view, kPublished, true);
    table.end();
  }
  if (view.is_incomplete(kAllowed)) {
    html.raw("<p>").text({"Some ports: ", "Certains ports\u00A0: "});
    unknown(html, view, kAllowed);
    html.raw("</p>");
  }
  end_part(html);
}

}  // namespace clawvigil::web::page
