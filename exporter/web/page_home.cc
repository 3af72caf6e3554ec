// One OpenClaw home: its gateway's state, then who may write, what the agent may do, its keys,
// files, usage and spending.
#include <algorithm>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

// The account of a home label: "claw/work" belongs to claw.
std::string_view account_of(std::string_view home) { return home.substr(0, home.find('/')); }

void exposure(Html& html, const View& view, Facts& facts) {
  constexpr std::string_view kFamily = "clawvigil_gateway_exposed";
  const std::optional<double> exposed = view.value(kFamily);
  facts.begin({"Reachable from outside", "Accessible de l'extérieur"});
  if (!exposed) {
    facts.unknown(kFamily);
  } else if (*exposed == 0) {
    badge(html, Mark::good, {"No", "Non"});
  } else {
    badge(html, Mark::bad, {"Yes", "Oui"});
    html.raw("<ul class=\"plain\">");
    for (const Row& row : View(view.snapshot(), "").rows("clawvigil_listening_socket_info")) {
      if (!is_outside(row.label("scope")) || row.label("user") != account_of(view.home())) continue;
      html.raw("<li>").text(describe_listener(row)).raw("</li>");
    }
    html.raw("</ul>");
  }
  facts.finish();
}

void gateway(Html& html, const View& view) {
  Facts facts(html, view);
  exposure(html, view, facts);
  facts
      .yes_no({"Gateway", "Passerelle"}, "clawvigil_gateway_up",
              {{"Answers", "Répond"}, Mark::good, {"Does not answer", "Ne répond pas"}, Mark::bad})
      .yes_no({"Ready", "Prête"}, "clawvigil_gateway_ready",
              {{"Yes", "Oui"}, Mark::good, {"No", "Non"}, Mark::bad})
      .yes_no({"Configuration", "Configuration"}, "clawvigil_config_parse_ok",
              {{"Readable", "Lisible"}, Mark::good, {"Cannot be parsed", "Illisible"}, Mark::bad})
      .info({"Configured bind", "Écoute configurée"}, "clawvigil_gateway_bind_info", "mode")
      .info({"Authentication", "Authentification"}, "clawvigil_gateway_auth_info", "mode", "none")
      .findings({"Gateway secret", "Secret de la passerelle"}, "clawvigil_gateway_auth_secret_weak",
                "kind", {"No weakness found", "Aucune faiblesse trouvée"})
      .findings({"Insecure switches", "Réglages dangereux"}, "clawvigil_gateway_insecure_flags",
                "flag", {"None set", "Aucun"})
      .info({"Direct message sessions", "Sessions des messages privés"}, "clawvigil_dm_scope_info",
            "scope")
      .number({"Owner ids configured", "Identités du propriétaire configurées"},
              "clawvigil_owner_ids_configured")
      .end();
}

}  // namespace

void home(Html& html, const View& view, const Home& home, std::size_t index) {
  const std::string id = std::to_string(index);
  begin_part(html, "home-" + id, Phrase{"OpenClaw of ", "OpenClaw de "} + sanitize(home.label));
  html.raw("<p class=\"note\"><code>").text(sanitize(home.path, 256)).raw("</code></p>");
  gateway(html, view);
  limits(html, view, index);
  channels(html, view, index);
  access(html, view, index);
  agents(html, view, index);
  audit(html, view, index);
  credentials(html, view, index);
  files(html, view, index);
  workspace(html, view, index);
  if (index >= kSpendingHomes) {  // those of the others are under Spending
    usage(html, view, index);
    spend(html, view, index);
  }
  end_part(html);
}

}  // namespace clawvigil::web::page
