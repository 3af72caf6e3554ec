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

std::string format_percent(double ratio) { return format_count(std::round(ratio * 100)) + " %"; }

std::string format_cores(double cores) { return format_percent(cores) + " of a processor"; }

std::string of(const View& view, std::string_view family, std::string (*format)(double)) {
  const std::optional<double> value = view.value(family);
  return value ? format(*value) : "";
}

void state(Html& html, const View& view) {
  Facts facts(html, view);
  facts.begin("Unit");
  for (const Row& row : view.rows(kActive)) {
    html.text(sanitize(row.label("unit"))).raw(" ");
    badge(html, Mark::plain, row.label("manager")).raw(" ");
  }
  facts.finish();
  facts.yes_no("Runs", kActive, {"Yes", Mark::good, "No", Mark::bad});
  if (view.value(kStarted)) facts.moment("Started", kStarted);
  if (!view.is_absent("clawvigil_unit_enabled")) {
    facts.yes_no("Started at boot", "clawvigil_unit_enabled", {"Yes", Mark::good, "No", Mark::bad});
  }
  if (!view.is_absent("clawvigil_unit_restart_policy_info")) {
    facts.info("Started again after a crash", "clawvigil_unit_restart_policy_info", "policy", "no");
  }
  if (!view.is_absent("clawvigil_unit_restarts_total")) {
    facts.number("Automatic restarts", "clawvigil_unit_restarts_total");
  }
  facts.begin("Killed for lack of memory");
  const auto killed = view.sum("clawvigil_cgroup_limit_events_total", "event", "oom_kill");
  if (killed) html.text(format_count(*killed));
  if (!killed) facts.unknown("clawvigil_cgroup_limit_events_total");
  facts.finish();
  if (const auto open = view.value("clawvigil_gateway_open_fds")) {
    facts.begin("Files and sockets open");
    html.text(format_count(*open));
    if (const auto most = view.value("clawvigil_gateway_max_fds")) {
      html.raw(" of ").text(format_count(*most));
    }
    facts.finish();
  }
  facts.end();
}

void limits_table(Html& html, const View& view, const std::string& id) {
  struct Resource {
    std::string_view label, title, used, limit;
    std::string (*format)(double);
  };
  constexpr std::array<Resource, 3> kResources{
      {{"memory", "Memory", "clawvigil_cgroup_memory_bytes", "clawvigil_cgroup_memory_max_bytes",
        format_bytes},
       {"tasks", "Processes and threads", "clawvigil_cgroup_tasks", "clawvigil_cgroup_tasks_max",
        format_count},
       {"cpu", "CPU", "", "clawvigil_cgroup_cpu_quota_cores", format_cores}}};
  Table table(html, id,
              {{"Resource"}, {"Limit"}, {"Used", true}, {"Allowed", true}, {"Used up", true}});
  for (const Resource& resource : kResources) {
    if (!table.begin_row(resource.title)) continue;
    const auto set = view.sum(kLimitSet, "resource", resource.label);
    if (!set) {
      table.mark(Mark::unknown, "Unknown");
    } else {
      table.mark(*set > 0 ? Mark::good : Mark::bad, *set > 0 ? "Set" : "None below the host's");
    }
    table.number(resource.used.empty() ? "" : of(view, resource.used, resource.format));
    table.number(of(view, resource.limit, resource.format));
    const auto ratio = view.sum("clawvigil_cgroup_limit_used_ratio", "resource", resource.label);
    table.number(ratio ? format_percent(*ratio) : "");
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
  html.raw("<h3 id=\"").text(id).raw("\">Unit and limits</h3>");
  state(html, view);
  limits_table(html, view, id);
}

void ground(Html& html, const View& view) {
  const std::vector<Row> disks = view.rows(kDiskFree);
  if (disks.empty() && view.is_absent("clawvigil_host_swap_configured")) return;
  html.raw(
      R"(<section class="card" aria-labelledby="ground"><h2 id="ground">Memory and disks</h2>)");
  Facts facts(html, view);
  facts.begin("Memory");
  const std::string memory = of(view, "clawvigil_host_memory_bytes", format_bytes);
  if (memory.empty()) facts.unknown("clawvigil_host_memory_bytes");
  html.text(memory);
  facts.finish();
  facts.yes_no("Swap", "clawvigil_host_swap_configured",
               {"Configured", Mark::plain, "None", Mark::plain});
  facts.end();
  Table table(html, "ground",
              {{"Room left for"}, {"Free", true}, {"Of the disk", true}, {"Files left", true}});
  for (const Row& row : disks) {
    const std::string_view object = row.label("object");
    if (!table.begin_row(object)) continue;
    const auto bytes = view.sum("clawvigil_disk_free_bytes", "object", object);
    const auto inodes = view.sum("clawvigil_disk_inodes_free_ratio", "object", object);
    table.number(bytes ? format_bytes(*bytes) : "");
    table.number(format_percent(row.value()));
    table.number(inodes ? format_percent(*inodes) : "");
  }
  table.end();
  html.raw("</section>");
}

}  // namespace clawvigil::web::page
