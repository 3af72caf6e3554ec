// What reaches in past the listening sockets, and where the gateways connect to.
#include <string>
#include <vector>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kUp = "clawvigil_tailscale_up";
constexpr std::string_view kServe = "clawvigil_tailscale_serve_enabled";
constexpr std::string_view kFunnel = "clawvigil_tailscale_funnel_enabled";
constexpr std::string_view kExpiry = "clawvigil_tailscale_key_expiry_timestamp_seconds";
constexpr std::string_view kMode = "clawvigil_gateway_tailscale_mode_info";
constexpr std::string_view kConnections = "clawvigil_outbound_connections";
constexpr std::string_view kPolicy = "clawvigil_outbound_policy_info";
constexpr std::string_view kAttribution = "clawvigil_outbound_attribution_info";
constexpr std::string_view kUnusual = "clawvigil_outbound_unusual_port_connections";
constexpr std::string_view kNew = "clawvigil_outbound_destinations_new_total";
constexpr std::string_view kLearning = "clawvigil_outbound_learning_end_timestamp_seconds";

// "The gateway", "Something else", both or nothing.
void leads_to(Facts& facts, Html& html, const View& view, Phrase name, std::string_view family,
              Mark mark) {
  facts.begin(name);
  const auto gateway = view.sum(family, "target", "gateway");
  const auto other = view.sum(family, "target", "other");
  if (!gateway || !other) {
    unknown(html, view, family);
  } else if (*gateway == 0 && *other == 0) {
    badge(html, Mark::good, {"Nothing", "Rien"});
  } else {
    if (*gateway > 0) badge(html, mark, {"The gateway", "La passerelle"}).raw(" ");
    if (*other > 0) badge(html, mark, {"Something else", "Autre chose"});
  }
  facts.finish();
}

void tailscale(Html& html, const View& view) {
  html.raw("<h4 id=\"tailscale\">").text({"Tailscale", "Tailscale"}).raw("</h4>");
  Facts facts(html, view);
  facts.yes_no({"Connected to the tailnet", "Connecté au tailnet"}, kUp,
               {{"Yes", "Oui"}, Mark::good, {"No", "Non"}, Mark::plain});
  leads_to(facts, html, view, {"Open to the internet (funnel)", "Ouvert à l'internet (funnel)"},
           kFunnel, Mark::bad);
  leads_to(facts, html, view, {"Open to the tailnet (serve)", "Ouvert au tailnet (serve)"}, kServe,
           Mark::plain);
  facts.begin({"Must log in again", "Doit se reconnecter"});
  if (const auto expiry = view.value(kExpiry)) {
    html.text(format_date(to_time(*expiry)));
  } else if (view.is_absent(kExpiry)) {
    html.text({"Never", "Jamais"});
  } else {
    unknown(html, view, kExpiry);
  }
  facts.finish();
  facts.info({"Asked for by openclaw.json", "Demandé par openclaw.json"}, kMode, "mode", "funnel")
      .end();
}

Sentence count_of(const View& home, std::string_view scope) {
  const auto value = home.sum(kConnections, "scope", scope);
  return value ? format_count(*value) : Sentence();
}

// "tcp 6697 (public), tcp 5432 (private)"
std::string ports_of(const View& home) {
  std::string text;
  for (const Row& row : home.rows(kUnusual)) {
    if (!text.empty()) text += ", ";
    text += std::string(row.label("protocol")) + " " + std::string(row.label("port")) + " (" +
            std::string(row.label("scope")) + ")";
  }
  return text;
}

// New destinations mean something from the end of learning on.
void new_cell(Table& table, const View& home, SystemTime now) {
  const auto end = home.value(kLearning);
  if (!end) {
    table.text({"Nothing seen yet", "Rien vu encore"});
  } else if (to_time(*end) > now) {
    table.text(Phrase{"Learning until ", "Apprentissage jusqu'au "} + format_date(to_time(*end)));
  } else {
    const auto fresh = home.sum(kNew, "ports", "unusual");
    table.text(fresh ? format_count(*fresh) : Sentence());
  }
}

void policy_row(Table& table, const View& home, std::string_view policy, SystemTime now) {
  const bool local_only = policy == "local_only";
  if (home.rows(kConnections).empty()) {
    unknown(table.begin_cell(), home, kConnections);
    table.end_cell();
    table.number({}).number({}).number({}).text({});
  } else {
    const auto open = home.sum(kConnections, "scope", "public");
    const bool broken = local_only && open.value_or(0) > 0;
    table.mark(broken ? Mark::bad : Mark::plain, count_of(home, "public"),
               local_only ? Phrase{"local models only", "modèles locaux seulement"} : Phrase());
    table.number(count_of(home, "private")).number(count_of(home, "tailnet"));
    table.number(count_of(home, "loopback")).text(ports_of(home));
  }
  new_cell(table, home, now);
}

void outgoing(Html& html, const View& view) {
  html.raw("<h4 id=\"outgoing\">")
      .text({"Outgoing connections", "Connexions sortantes"})
      .raw("</h4>");
  if (view.rows(kPolicy).empty()) {
    html.raw("<p>");
    unknown(html, view, kPolicy);
    html.raw("</p>");
    return;
  }
  html.raw("<p>");
  html.text(
      {"What was open at the last look; there is one every 5 seconds, so a short connection "
       "may be missed.",
       "Ce qui était ouvert au dernier regard\u00A0; il y en a un toutes les 5 secondes, une "
       "connexion brève peut donc échapper."});
  html.raw("</p>");
  Table table(html, {"Outgoing connections", "Connexions sortantes"},
              {{"Gateway of", "Passerelle de"},
               {"To the internet", "Vers l'internet"},
               {"Private network", "Réseau privé", true},
               {"Tailnet", "Tailnet", true},
               {"This host", "Cet hôte", true},
               {"Unusual ports", "Ports inhabituels"},
               {"New places on unusual ports", "Lieux nouveaux sur ports inhabituels"}});
  for (const Row& row : view.rows(kPolicy)) {
    const View home(view.snapshot(), row.label("home"));
    const bool by_user = home.sum(kAttribution, "by", "user").has_value();
    if (!table.begin_row(row.label("home"),
                         by_user ? Phrase{"all of its user", "tout son utilisateur"} : Phrase()))
      continue;
    policy_row(table, home, row.label("policy"), view.snapshot().time);
  }
  table.end();
}

}  // namespace

void reach(Html& html, const View& view) {
  const bool has_tailscale = !view.is_absent(kUp);
  const bool has_gateways = !view.is_absent(kPolicy);
  if (!has_tailscale && !has_gateways) return;
  begin_part(html, "reach", {"Ways in and out", "Entrées et sorties"});
  if (has_tailscale) tailscale(html, view);
  if (has_gateways) outgoing(html, view);
  end_part(html);
}

}  // namespace clawvigil::web::page
