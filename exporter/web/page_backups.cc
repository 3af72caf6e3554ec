// Whether OpenClaw's state is backed up, and how long its sessions and logs are kept.
#include <algorithm>
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kSources = "clawvigil_backup_sources";
constexpr std::string_view kPresent = "clawvigil_backup_present";
constexpr std::string_view kOffHost = "clawvigil_backup_off_host";
constexpr std::string_view kSessionBytes = "clawvigil_session_store_bytes";
constexpr std::string_view kSessionOldest = "clawvigil_session_oldest_timestamp_seconds";
constexpr std::string_view kLogBytes = "clawvigil_log_files_bytes";

std::optional<double> of(const View& view, std::string_view family, std::string_view label,
                         std::string_view value) {
  return view.sum(family, label, value);
}

Sentence date_text(const std::optional<double>& seconds) {
  return seconds ? format_date(to_time(*seconds)) : Sentence();
}

Sentence bytes_text(const std::optional<double>& bytes) {
  return bytes ? format_bytes(*bytes) : Sentence();
}

// One backup elsewhere is enough.
Mark mark_of_local(const View& view) {
  const bool elsewhere =
      std::ranges::any_of(view.rows(kOffHost), [](const Row& row) { return row.value() > 0; });
  return elsewhere ? Mark::plain : Mark::bad;
}

void backup_row(Table& table, const View& view, std::string_view name, bool present) {
  const auto value = [&](std::string_view family) { return of(view, family, "backup", name); };
  if (!present) {
    table.mark(Mark::bad, {"None there", "Aucune"});
    table.number({}).number({}).text({}).text({}).text({});
    return;
  }
  const auto newest = value("clawvigil_backup_last_success_timestamp_seconds");
  if (newest) {
    table.text(format_time(to_time(*newest)));
  } else {
    table.mark(Mark::unknown, kUnknown);
  }
  const auto kept = value("clawvigil_backups_kept");
  table.number(bytes_text(value("clawvigil_backup_size_bytes")));
  table.number(kept ? format_count(*kept) : Sentence());
  table.yes_no(value("clawvigil_backup_encrypted"),
               {{"Yes", "Oui"}, Mark::good, {"No", "Non"}, Mark::bad});
  table.yes_no(value(kOffHost), {{"Yes", "Oui"}, Mark::good, {"No", "Non"}, mark_of_local(view)});
  const auto tested = value("clawvigil_backup_restore_tested_timestamp_seconds");
  table.text(tested ? date_text(tested) : Phrase{"never", "jamais"});
}

void backup_table(Html& html, const View& view) {
  Table table(html, {"Backups", "Sauvegardes"},
              {{"Backup", "Sauvegarde"},
               {"Newest", "La plus récente"},
               {"Size", "Taille", true},
               {"Kept", "Gardées", true},
               {"Encrypted", "Chiffrée"},
               {"On another machine", "Sur une autre machine"},
               {"Restore tested", "Restauration essayée"}});
  for (const Row& row : view.rows(kPresent)) {
    const std::string_view name = row.label("backup");
    if (table.begin_row(name)) backup_row(table, view, name, row.value() > 0);
  }
  table.end();
}

void backups(Html& html, const View& view) {
  begin_part(html, "backups", {"Backups", "Sauvegardes"});
  if (!view.rows(kPresent).empty()) backup_table(html, view);
  if (view.value(kSources).value_or(1) == 0) {
    html.raw("<p>");
    badge(html, Mark::bad, {"No backup is known", "Aucune sauvegarde connue"});
    html.text({" Name yours under ", " Nommez les vôtres sous "})
        .raw("<code>backups.sources</code>");
    html.text({" in ", " dans "}).raw("<code>clawvigil.yml</code></p>");
  }
  if (view.is_incomplete(kPresent)) {
    html.raw("<p>");
    unknown(html, view, kPresent);
    html.raw("</p>");
  }
  end_part(html);
}

Phrase maintenance_of(const View& view, std::string_view home) {
  for (const Row& row : view.rows("clawvigil_session_maintenance_info")) {
    if (row.label("home") != home) continue;
    return row.label("mode") == "enforce"
               ? Phrase{"tidied away by OpenClaw", "rangées par OpenClaw"}
               : Phrase{"only warned about", "seulement signalées"};
  }
  return {};
}

// Every home that any of the families tells of.
std::vector<std::string> homes_of(const View& view) {
  std::vector<std::string> homes;
  for (const std::string_view family : {kSessionBytes, kSessionOldest, kLogBytes}) {
    for (const Row& row : view.rows(family)) homes.emplace_back(row.label("home"));
  }
  std::ranges::sort(homes);
  const auto repeated = std::ranges::unique(homes);
  homes.erase(repeated.begin(), repeated.end());
  return homes;
}

void retention(Html& html, const View& view) {
  begin_part(html, "retention", {"How long things are kept", "Durée de conservation"});
  Table table(html, {"How long things are kept", "Durée de conservation"},
              {{"OpenClaw of", "OpenClaw de"},
               {"Oldest session last used", "Plus vieille session utilisée le"},
               {"Sessions", "Sessions", true},
               {"Old sessions", "Vieilles sessions"},
               {"Log goes back to", "Journal depuis"},
               {"Logs", "Journaux", true}});
  for (const std::string& home : homes_of(view)) {
    if (!table.begin_row(home)) continue;
    const auto bytes = of(view, kSessionBytes, "home", home);
    table.text(date_text(of(view, kSessionOldest, "home", home)));
    table.number(bytes ? format_bytes(*bytes) : Phrase{"unknown", "inconnu"});
    table.text(maintenance_of(view, home));
    table.text(date_text(of(view, "clawvigil_log_oldest_timestamp_seconds", "home", home)));
    table.number(bytes_text(of(view, kLogBytes, "home", home)));
  }
  table.end();
  if (view.is_incomplete(kSessionBytes)) {
    html.raw("<p>");
    unknown(html, view, kSessionBytes);
    html.raw("</p>");
  }
  end_part(html);
}

}  // namespace

void backups_and_retention(Html& html, const View& view) {
  if (!view.is_absent(kSources)) backups(html, view);
  if (!homes_of(view).empty() || view.is_incomplete(kSessionBytes)) retention(html, view);
}

}  // namespace clawvigil::web::page
