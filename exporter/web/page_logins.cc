// Who can log in to this host, who did, and what fail2ban does about the rest.
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kPassword = "clawvigil_ssh_password_auth_enabled";
constexpr std::string_view kFail2ban = "clawvigil_fail2ban_up";
constexpr std::string_view kJails = "clawvigil_fail2ban_jail_enabled";

void ssh(Html& html, const View& view) {
  Facts facts(html, view);
  facts
      .yes_no({"Password logins over SSH", "Connexions SSH par mot de passe"}, kPassword,
              {{"Possible", "Possible"}, Mark::bad, {"Not possible", "Impossible"}, Mark::good})
      .yes_no({"Root logins over SSH", "Connexions SSH de root"},
              "clawvigil_ssh_root_login_enabled",
              {{"Possible", "Possible"}, Mark::bad, {"Not possible", "Impossible"}, Mark::good})
      .counts({"Logins", "Connexions"}, "clawvigil_ssh_logins_total", "method", {"None", "Aucun"})
      .counts({"Failed logins", "Connexions échouées"}, "clawvigil_ssh_auth_failures_total",
              "reason", {"None", "Aucun"})
      .number({"Logins from new places", "Connexions de lieux nouveaux"},
              "clawvigil_ssh_login_sources_new_total")
      .counts({"Authorized keys", "Clés autorisées"}, "clawvigil_ssh_authorized_keys", "user_class",
              {"None", "Aucun"})
      .end();
}

Sentence of_jail(const View& view, std::string_view family, std::string_view jail) {
  const std::optional<double> value = view.sum(family, "jail", jail);
  return value ? format_count(*value) : Sentence();
}

Sentence seconds_of_jail(const View& view, std::string_view family, std::string_view jail) {
  const std::optional<double> value = view.sum(family, "jail", jail);
  if (!value) return {};
  if (*value < 0) return {"for ever", "pour toujours"};
  constexpr double kMost = 9e9;
  return format_duration(std::chrono::seconds(static_cast<std::int64_t>(std::min(*value, kMost))));
}

void jails(Html& html, const View& view) {
  Table table(html, {"Jails of fail2ban", "Prisons de fail2ban"},
              {{"Jail", "Prison"},
               {"State", "État"},
               {"Banned now", "Bannis maintenant", true},
               {"Bans", "Bans", true},
               {"Failures", "Échecs", true},
               {"Attempts allowed", "Essais permis", true},
               {"Within", "En", true},
               {"Banned for", "Durée du ban", true}});
  for (const Row& row : view.rows(kJails)) {
    const std::string_view jail = row.label("jail");
    if (!table.begin_row(jail)) continue;
    table.text(row.value() > 0 ? Phrase{"on", "activé"} : Phrase{"off", "désactivé"});
    table.number(of_jail(view, "clawvigil_fail2ban_banned_current", jail));
    table.number(of_jail(view, "clawvigil_fail2ban_bans_total", jail));
    table.number(of_jail(view, "clawvigil_fail2ban_failures_total", jail));
    table.number(of_jail(view, "clawvigil_fail2ban_jail_maxretry", jail));
    table.number(seconds_of_jail(view, "clawvigil_fail2ban_jail_findtime_seconds", jail));
    table.number(seconds_of_jail(view, "clawvigil_fail2ban_jail_bantime_seconds", jail));
  }
  table.end();
}

}  // namespace

void logins(Html& html, const View& view) {
  const bool has_ssh = !view.is_absent(kPassword);
  const bool has_fail2ban = !view.is_absent(kFail2ban);
  if (!has_ssh && !has_fail2ban) return;
  begin_part(html, "logins", {"Logins", "Connexions"});
  if (has_ssh) ssh(html, view);
  if (has_fail2ban) {
    html.raw("<h4 id=\"fail2ban\">").text({"fail2ban", "fail2ban"}).raw("</h4>");
    Facts facts(html, view);
    facts
        .yes_no({"Server", "Serveur"}, kFail2ban,
                {{"Runs", "Tourne"}, Mark::good, {"Does not run", "Ne tourne pas"}, Mark::bad})
        .end();
    if (!view.rows(kJails).empty()) jails(html, view);
  }
  end_part(html);
}

}  // namespace clawvigil::web::page
