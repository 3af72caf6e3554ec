// What is out of date: packages of the host, the need to reboot, OpenClaw and Node.js.
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kPending = "clawvigil_package_updates_pending";
constexpr std::string_view kSecurity = "clawvigil_package_security_updates_pending";
constexpr std::string_view kAutomaticPart = "clawvigil_unattended_upgrades_part_enabled";
constexpr std::string_view kCheck = "clawvigil_openclaw_update_check_timestamp_seconds";
constexpr std::string_view kEverChecked = "clawvigil_openclaw_update_checked";

// Waiting updates are bad from the first one, or only a number.
void waiting(Facts& facts, Html& html, const View& view, Phrase name, std::string_view family,
             bool is_bad) {
  facts.begin(name);
  const std::optional<double> count = view.value(family);
  if (!count) {
    unknown(html, view, family);
  } else if (*count > 0 && is_bad) {
    badge(html, Mark::bad, format_count(*count));
  } else if (*count > 0) {
    html.text(format_count(*count));
  } else {
    badge(html, Mark::good, {"None", "Aucun"});
  }
  facts.finish();
}

Sentence words_of_part(std::string_view part) {
  if (part == "package")
    return {"the package unattended-upgrades", "le paquet unattended-upgrades"};
  if (part == "package_lists") {
    return {"APT::Periodic::Update-Package-Lists", "APT::Periodic::Update-Package-Lists"};
  }
  if (part == "upgrade") {
    return {"APT::Periodic::Unattended-Upgrade", "APT::Periodic::Unattended-Upgrade"};
  }
  return {"apt-daily.timer and apt-daily-upgrade.timer",
          "apt-daily.timer et apt-daily-upgrade.timer"};
}

void automatic(Facts& facts, Html& html, const View& view) {
  facts.yes_no({"Security updates install themselves", "Mises à jour de sécurité automatiques"},
               "clawvigil_unattended_upgrades_enabled",
               {{"Yes", "Oui"}, Mark::good, {"No", "Non"}, Mark::bad});
  Sentence missing;
  for (const Row& row : view.rows(kAutomaticPart)) {
    if (row.value() > 0) continue;
    if (!missing.empty()) missing += std::string_view(", ");
    missing += words_of_part(row.label("part"));
  }
  if (!missing.empty()) {
    facts.begin({"Missing or off for that", "Manque ou désactivé pour cela"});
    html.text(missing);
    facts.finish();
  }
  if (view.value("clawvigil_unattended_upgrades_last_run_timestamp_seconds")) {
    facts.moment({"Last done, or set up", "Faites, ou réglées, le"},
                 "clawvigil_unattended_upgrades_last_run_timestamp_seconds");
  }
}

void packages(Html& html, const View& view) {
  Facts facts(html, view);
  waiting(facts, html, view, {"Security updates waiting", "Mises à jour de sécurité en attente"},
          kSecurity, true);
  waiting(facts, html, view, {"Updates waiting", "Mises à jour en attente"}, kPending, false);
  facts.counts({"Of them held back by hand", "Dont retenues à la main"},
               "clawvigil_package_updates_held", "class", {"None", "Aucun"});
  facts.number({"Archives of security updates", "Sources de mises à jour de sécurité"},
               "clawvigil_package_security_archives");
  facts.moment({"Package lists of", "Listes de paquets du"},
               "clawvigil_package_lists_timestamp_seconds");
  automatic(facts, html, view);
  facts.yes_no(
      {"Reboot", "Redémarrage"}, "clawvigil_reboot_required",
      {{"Required", "Nécessaire"}, Mark::bad, {"Not required", "Pas nécessaire"}, Mark::good});
  facts.end();
}

std::string text_of(const View& view, std::string_view family, std::string_view label) {
  const std::vector<Row> rows = view.rows(family);
  return rows.empty() ? "" : std::string(rows.front().label(label));
}

// Both words at once: what is good, what is bad, or that nobody knows.
void verdict(Table& table, const View& view, std::string_view family, bool one_is_good, Phrase good,
             Phrase bad) {
  const std::optional<double> value = view.value(family);
  if (!value) {
    unknown(table.begin_cell(), view, family);
    table.end_cell();
  } else {
    const bool is_good = (*value > 0) == one_is_good;
    table.mark(is_good ? Mark::good : Mark::bad, is_good ? good : bad);
  }
}

Sentence day_of(const View& view, std::string_view family) {
  const std::optional<double> seconds = view.value(family);
  return seconds ? format_date(to_time(*seconds)) : Sentence("unknown", "inconnu");
}

void openclaw(Html& html, const PageInput& input) {
  html.raw("<h4 id=\"openclaw-versions\">").text({"OpenClaw", "OpenClaw"}).raw("</h4>");
  Table table(html, {"OpenClaw", "OpenClaw"},
              {{"Home", "Compte"},
               {"Version", "Version"},
               {"Made", "Date"},
               {"Newest", "La plus récente"},
               {"Looked", "Vérifié"},
               {"Updates itself", "Se met à jour seul"},
               {"Node.js", "Node.js"},
               {"Node.js supported", "Node.js pris en charge"}});
  for (const Home& home : input.homes.homes) {
    const View view(input.snapshot, home.label);
    if (!table.begin_row(home.label)) continue;
    const std::string version = text_of(view, "clawvigil_openclaw_installed_info", "version");
    table.text(version.empty() ? Phrase{"unknown", "inconnu"} : version);
    table.text(day_of(view, "clawvigil_openclaw_release_timestamp_seconds"));
    verdict(table, view, "clawvigil_openclaw_update_available", false,
            {"As far as it knows", "Oui, à sa connaissance"},
            {"A newer one exists", "Il y en a une plus récente"});
    table.text(view.value(kEverChecked) == 0 ? Phrase{"never", "jamais"} : day_of(view, kCheck));
    verdict(table, view, "clawvigil_openclaw_auto_update_enabled", false, {"No", "Non"},
            {"Yes", "Oui"});
    const std::string node = text_of(view, "clawvigil_node_info", "version");
    table.text(node.empty() ? Phrase{"unknown", "inconnu"} : node);
    verdict(table, view, "clawvigil_node_supported", true, {"Yes", "Oui"}, {"No", "Non"});
  }
  table.end();
}

}  // namespace

void updates(Html& html, const PageInput& input) {
  const View view(input.snapshot, "");
  if (view.is_absent(kPending) && view.is_absent(kEverChecked)) return;
  begin_part(html, "updates", {"Updates", "Mises à jour"});
  packages(html, view);
  if (!input.homes.homes.empty()) openclaw(html, input);
  end_part(html);
}

}  // namespace clawvigil::web::page
