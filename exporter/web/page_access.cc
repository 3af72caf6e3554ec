// Who knocked at the gateway and was turned away, and what the agent was not allowed to do.
#include <set>
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kRejected = "clawvigil_messages_rejected_total";
constexpr std::string_view kVisible = "clawvigil_rejections_visible";
constexpr std::string_view kAuthFailures = "clawvigil_gateway_auth_failures_total";
constexpr std::string_view kProxyFailures = "clawvigil_proxy_auth_failures_total";

void visibility(Table& table, const View& view, const std::string& channel) {
  const std::optional<double> visible = view.sum(kVisible, "channel", channel);
  if (!visible) {
    table.mark(Mark::unknown, kUnknown);
  } else if (*visible > 0) {
    table.mark(Mark::good, {"All", "Tous"});
  } else {
    table.mark(Mark::bad, {"Not all", "Pas tous"},
               {"the log level hides some", "le niveau de journalisation en cache"});
  }
}

void rejections(Html& html, const View& view) {
  std::set<std::string> channels;
  for (const std::string_view family : {kRejected, kVisible}) {
    for (const Row& row : view.rows(family)) {
      // What OpenClaw does not name a channel for is shown when there is any.
      if (row.label("channel") == "unknown" && row.value() == 0) continue;
      channels.emplace(row.label("channel"));
    }
  }
  if (channels.empty()) return;
  Table table(html, {"Messages turned away", "Messages refusés"},
              {{"Channel", "Canal"},
               {"Messages turned away", "Messages refusés", true},
               {"Senders in 24 hours", "Expéditeurs en 24 heures", true},
               {"Rejections that leave a trace", "Refus qui laissent une trace"}});
  for (const std::string& channel : channels) {
    const std::optional<double> messages = view.sum(kRejected, "channel", channel);
    const std::optional<double> senders =
        view.sum("clawvigil_rejected_senders", "channel", channel);
    if (!table.begin_row(channel)) continue;
    table.number(messages ? format_count(*messages) : Phrase{"unknown", "inconnu"});
    table.number(senders ? format_count(*senders) : Phrase{"unknown", "inconnu"});
    visibility(table, view, channel);
  }
  table.end();
}

}  // namespace

void access(Html& html, const View& view, std::size_t index) {
  if (view.is_absent(kAuthFailures) && view.is_absent(kRejected)) return;
  const std::string id = std::to_string(index);
  html.raw("<h4 id=\"access-")
      .text(id)
      .raw("\">")
      .text({"Who was turned away", "Qui a été refusé"})
      .raw("</h4>");
  Facts facts(html, view);
  facts
      .counts({"Failed connections to the gateway", "Connexions refusées par la passerelle"},
              kAuthFailures, "reason", {"None", "Aucun"})
      .number({"Lockouts", "Blocages"}, "clawvigil_gateway_auth_lockouts_total");
  if (!view.is_absent(kProxyFailures)) {
    facts.counts({"Refused at the reverse proxy", "Refus par le proxy inverse"}, kProxyFailures,
                 "status", {"None", "Aucun"});
  }
  facts.counts({"Commands denied", "Commandes refusées"}, "clawvigil_exec_denials_total", "reason",
               {"None", "Aucun"});
  if (!view.is_absent("clawvigil_approvals_total")) {
    facts.counts({"Approvals asked for", "Approbations demandées"}, "clawvigil_approvals_total",
                 "decision", {"None", "Aucun"});
  }
  if (!view.is_absent("clawvigil_gateway_unclean_stops_total")) {
    facts
        .number({"Crashes of the gateway", "Arrêts brutaux de la passerelle"},
                "clawvigil_gateway_unclean_stops_total")
        .number({"openclaw.json edited by others", "openclaw.json modifié par d'autres"},
                "clawvigil_config_external_changes_total");
  }
  facts.end();
  rejections(html, view);
  html.raw("<p class=\"note\">");
  html.text({"Counted since clawvigil watches this gateway.",
             "Compté depuis que clawvigil surveille cette passerelle."});
  html.raw("</p>");
}

}  // namespace clawvigil::web::page
