// What fired and ended lately, and how the owner is told.
#include <algorithm>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::size_t kMaxAlerts = 12;
constexpr std::size_t kMaxSummary = 160;
constexpr std::size_t kMaxError = 300;

void moment(Table& table, SystemTime time) {
  table.begin_cell().raw("<time>").text(format_time(time)).raw("</time>");
  table.end_cell();
}

void alerts_table(Html& html, const AlertView& view) {
  if (!view.recent) {
    return unknown(html, {"What fired lately could not be read from clawvigil's database.",
                          "Les alertes passées n'ont pas pu être lues dans la base de clawvigil."});
  }
  if (view.recent->empty()) {
    html.raw("<p>").text({"No alert has fired in the last 90 days.",
                          "Aucune alerte ne s'est déclenchée depuis 90 jours."});
    html.raw("</p>");
    return;
  }
  Table table(html, {"Alerts of late", "Alertes récentes"},
              {{"Alert", "Alerte"}, {"Began", "Début"}, {"Ended", "Fin"}});
  for (std::size_t i = 0; i < std::min(view.recent->size(), kMaxAlerts); ++i) {
    const alerts::LoggedAlert& alert = view.recent->at(i);
    const Sentence text = sentence_of(alert.english, alert.french, kMaxSummary);
    if (!table.begin_row(text.empty() ? Phrase(alert.alertname) : Phrase(text))) continue;
    moment(table, alert.fired_at);
    if (alert.resolved_at) {
      moment(table, *alert.resolved_at);
    } else {
      table.mark(Mark::bad, {"still fires", "en cours"});
    }
  }
  table.end();
}

void state(Table& table, const notify::ReceiverStatus& receiver) {
  if (!receiver.last_error.empty()) {
    table.failure({"Fails", "Échoue"}, sanitize(receiver.last_error, kMaxError));
  } else if (receiver.counts.last_success) {
    table.mark(Mark::good, {"Works", "Fonctionne"});
  } else {
    table.mark(Mark::plain, {"Not used yet", "Pas encore utilisé"});
  }
}

}  // namespace

void receivers(Html& html, const AlertView& view) {
  html.raw("<h3>").text({"How you are told", "Comment on vous prévient"}).raw("</h3>");
  if (view.receivers.empty()) {
    html.raw("<p>");
    badge(html, Mark::unknown, {"Nobody is told", "Personne n'est prévenu"}).raw(" ");
    html.text(
        {"No receiver is configured: alerts are only shown here. How to be told by Telegram, "
         "mail and others: ",
         "Aucun destinataire n'est configuré\u00A0: les alertes ne sont montrées qu'ici. Pour "
         "être prévenu par Telegram, courriel et autres\u00A0: "});
    html.raw("<code class=\"c\">clawvigil config sample</code></p>");
    return;
  }
  Table table(html, {"How you are told", "Comment on vous prévient"},
              {{"Receiver", "Destinataire"},
               {"State", "État"},
               {"Last message", "Dernier message"},
               {"Delivered", "Remis", true},
               {"Waiting", "En attente", true}});
  for (const notify::ReceiverStatus& receiver : view.receivers) {
    if (!table.begin_row(receiver.name, receiver.kind)) continue;
    state(table, receiver);
    table.text(receiver.counts.last_success ? format_time(*receiver.counts.last_success)
                                            : Sentence("never", "jamais"));
    table.number(format_count(static_cast<double>(receiver.counts.delivered)));
    table.number(format_count(static_cast<double>(receiver.queued)));
  }
  table.end();
  if (view.heartbeat) return;
  html.raw("<p class=\"note\">");
  html.text(
      {"No heartbeat is configured: should this host die, nobody tells you. See ",
       "Aucun battement n'est configuré\u00A0: si cet hôte meurt, personne ne vous le dit. Voir "});
  html.raw("<code>notify.heartbeat</code></p>");
}

void recent(Html& html, const AlertView* view, std::size_t most_messages, bool linked) {
  if (view == nullptr) return;
  begin_card(html, "recent", {"Lately", "Récemment"});
  alerts_table(html, *view);
  messages(html, *view, most_messages, linked);
  receivers(html, *view);
  end_card(html);
}

}  // namespace clawvigil::web::page
