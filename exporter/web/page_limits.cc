// What the gateway's unit is doing and how much it may use; swap and room on the host's disks.
#include <array>
#include <cmath>
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kActive = "clawvigil_unit_active";
constexpr std::string_view kStarted = "clawvigil_unit_start_time_seconds";
constexpr std::string_view kLimitSet = "clawvigil_cgroup_limit_set";
constexpr std::string_view kDiskFree = "clawvigil_disk_free_ratio";

Sentence format_cores(double cores) {
  return format_percent(cores) + Phrase{" of a processor", " d'un processeur"};
}

Sentence of(const View& view, std::string_view family, Sentence (*format)(double)) {
  const std::optional<double> value = view.value(family);
  return value ? format(*value) : Sentence();
}

void state(Html& html, const View& view) {
  Facts facts(html, view);
  facts.begin({"Unit", "Unité"});
  for (const Row& row : view.rows(kActive)) {
    html.text(sanitize(row.label("unit"))).raw(" ");
    badge(html, Mark::plain, row.label("manager")).raw(" ");
  }
  facts.finish();
  facts.yes_no({"Runs", "Tourne"}, kActive, {{"Yes", "Oui"}, Mark::good, {"No", "Non"}, Mark::bad});
  if (view.value(kStarted)) facts.moment({"Started", "Démarré"}, kStarted);
  if (!view.is_absent("clawvigil_unit_enabled")) {
    facts.yes_no({"Started at boot", "Lancé au démarrage"}, "clawvigil_unit_enabled",
                 {{"Yes", "Oui"}, Mark::good, {"No", "Non"}, Mark::bad});
  }
  if (!view.is_absent("clawvigil_unit_restart_policy_info")) {
    facts.info({"Started again after a crash", "Relancé après un plantage"},
               "clawvigil_unit_restart_policy_info", "policy", "no");
  }
  if (!view.is_absent("clawvigil_unit_restarts_total")) {
    facts.number({"Automatic restarts", "Redémarrages automatiques"},
                 "clawvigil_unit_restarts_total");
  }
  facts.begin({"Killed for lack of memory", "Tués faute de mémoire"});
  const auto killed = view.sum("clawvigil_cgroup_limit_events_total", "event", "oom_kill");
  if (killed) html.text(format_count(*killed));
  if (!killed) facts.unknown("clawvigil_cgroup_limit_events_total");
  facts.finish();
  if (const auto open = view.value("clawvigil_gateway_open_fds")) {
    facts.begin({"Files and sockets open", "Fichiers et sockets ouverts"});
    html.text(format_count(*open));
    if (const auto most = view.value("clawvigil_gateway_max_fds")) {
      html.text({" of ", " sur "}).text(format_count(*most));
    }
    facts.finish();
  }
  facts.end();
}

void limits_table(Html& html, const View& view) {
  struct Resource {
    std::string_view label;
    Phrase title;
    std::string_view used, limit;
    Sentence (*format)(double);
  };
  constexpr std::array<Resource, 3> kResources{
      {{"memory",
        {"Memory", "Mémoire"},
        "clawvigil_cgroup_memory_bytes",
        "clawvigil_cgroup_memory_max_bytes",
        format_bytes},
       {"tasks",
        {"Processes and threads", "Processus et fils"},
        "clawvigil_cgroup_tasks",
        "clawvigil_cgroup_tasks_max",
        format_count},
       {"cpu", {"CPU", "Processeur"}, "", "clawvigil_cgroup_cpu_quota_cores", format_cores}}};
  Table table(html, {"Limits", "Limites"},
              {{"Resource", "Ressource"},
               {"Limit", "Limite"},
               {"Used", "Utilisé", true},
               {"Allowed", "Permis", true},
               {"Used up", "Consommé", true}});
  for (const Resource& resource : kResources) {
    if (!table.begin_row(resource.title)) continue;
    const auto set = view.sum(kLimitSet, "resource", resource.label);
    if (!set) {
      table.mark(Mark::unknown, kUnknown);
    } else {
      table.mark(*set > 0 ? Mark::good : Mark::bad,
                 *set > 0 ? Phrase{"Set", "Fixée"}
                          : Phrase{"None below the host's", "Aucune sous celle de l'hôte"});
    }
    table.number(resource.used.empty() ? Sentence() : of(view, resource.used, resource.format));
    table.number(of(view, resource.limit, resource.format));
    const auto ratio = view.sum("clawvigil_cgroup_limit_used_ratio", "resource", resource.label);
    table.number(ratio ? format_percent(*ratio) : Sentence());
  }
  table.end();
  if (view.is_incomplete(kLimitSet)) {
    html.raw("<p class=\"note\">");
    unknown(html, view, kLimitSet);
    html.raw("</p>");
  }
}

}  // namespace

void limits(Html& html, const View& view, std::size_t index) {
  if (view.rows(kActive).empty()) return;
  const std::string id = "limits-" + std::to_string(index);
  html.raw("<h4 id=\"")
      .text(id)
      .raw("\">")
      .text({"Unit and limits", "Unité et limites"})
      .raw("</h4>");
  state(html, view);
  limits_table(html, view);
}

void ground(Html& html, const View& view) {
  const std::vector<Row> disks = view.rows(kDiskFree);
  if (disks.empty() && view.is_absent("clawvigil_host_swap_configured")) return;
  begin_part(html, "ground", {"Memory and disks", "Mémoire et disques"});
  Facts facts(html, view);
  facts.begin({"Memory", "Mémoire"});
  const Sentence memory = of(view, "clawvigil_host_memory_bytes", format_bytes);
  if (memory.empty()) facts.unknown("clawvigil_host_memory_bytes");
  html.text(memory);
  facts.finish();
  facts.yes_no({"Swap", "Swap"}, "clawvigil_host_swap_configured",
               {{"Configured", "Configuré"}, Mark::plain, {"None", "Aucun"}, Mark::plain});
  facts.end();
  Table table(html, {"Memory and disks", "Mémoire et disques"},
              {{"Room left for", "Place restante pour"},
               {"Free", "Libre", true},
               {"Of the disk", "Du disque", true},
               {"Files left", "Fichiers restants", true}});
  for (const Row& row : disks) {
    const std::string_view object = row.label("object");
    if (!table.begin_row(object)) continue;
    const auto bytes = view.sum("clawvigil_disk_free_bytes", "object", object);
    const auto inodes = view.sum("clawvigil_disk_inodes_free_ratio", "object", object);
    table.number(bytes ? format_bytes(*bytes) : Sentence());
    table.number(format_percent(row.value()));
    table.number(inodes ? format_percent(*inodes) : Sentence());
  }
  table.end();
  end_part(html);
}

}  // namespace clawvigil::web::page
