// What the agents of one home may do: commands, sandbox, extensions.
#include <map>
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kExec = "clawvigil_exec_tool_enabled";

// "full, ask off, on the gateway"
std::string exec_policy(const View& view, std::string_view agent) {
  for (const Row& row : view.rows("clawvigil_exec_policy_info")) {
    if (row.label("agent") != agent) continue;
    return std::string(row.label("security")) + ", ask " + std::string(row.label("ask")) + ", on " +
           std::string(row.label("host"));
  }
  return {};
}

std::string sandbox_mode(const View& view, std::string_view agent) {
  for (const Row& row : view.rows("clawvigil_sandbox_info")) {
    if (row.label("agent") != agent) continue;
    if (row.label("mode") == "off") return {};
    return "mode " + std::string(row.label("mode")) + ", scope " + std::string(row.label("scope"));
  }
  return {};
}

void elevated(Table& table, const View& view, std::string_view agent) {
  const double open = view.sum("clawvigil_elevated_tools_open", "agent", agent).value_or(0);
  table.yes_no(view.sum("clawvigil_elevated_tools_enabled", "agent", agent),
               {open > 0 ? Phrase{"For anyone", "Pour tous"}
                         : Phrase{"For listed senders", "Pour les expéditeurs cités"},
                open > 0 ? Mark::bad : Mark::plain,
                {"No", "Non"},
                Mark::good});
}

void table_of_agents(Html& html, const View& view) {
  Table table(html, {"What the agent may do", "Ce que l'agent peut faire"},
              {{"Agent", "Agent"},
               {"Runs commands", "Exécute des commandes"},
               {"Sandbox", "Bac à sable"},
               {"Elevated tools", "Outils privilégiés"}});
  for (const Row& row : view.rows(kExec)) {
    const std::string_view agent = row.label("agent");
    if (!table.begin_row(agent)) continue;
    table.yes_no(row.value(), {{"Yes", "Oui"}, Mark::plain, {"No", "Non"}, Mark::good},
                 exec_policy(view, agent));
    table.yes_no(view.sum("clawvigil_sandbox_off", "agent", agent),
                 {{"Off", "Désactivé"}, Mark::plain, {"On", "Activé"}, Mark::good},
                 sandbox_mode(view, agent));
    elevated(table, view, agent);
  }
  table.end();
}

}  // namespace

void agents(Html& html, const View& view, std::size_t index) {
  if (view.is_absent(kExec)) return;
  const std::string id = std::to_string(index);
  html.raw("<h4 id=\"agents-")
      .text(id)
      .raw("\">")
      .text({"What the agent may do", "Ce que l'agent peut faire"})
      .raw("</h4>");
  if (view.rows(kExec).empty()) {
    html.raw("<p>");
    unknown(html, view, kExec);
    html.raw("</p>");
  } else {
    table_of_agents(html, view);
  }
  Facts facts(html, view);
  facts.counts({"Skills", "Compétences"}, "clawvigil_skills_installed", "source", {"None", "Aucun"})
      .counts({"Plugins switched on", "Extensions activées"}, "clawvigil_plugins_enabled", "source",
              {"None", "Aucun"})
      .number({"MCP servers", "Serveurs MCP"}, "clawvigil_mcp_servers");
  if (!view.is_absent("clawvigil_gateway_running_as_root")) {
    facts
        .yes_no({"Runs as root", "Tourne en root"}, "clawvigil_gateway_running_as_root",
                {{"Yes", "Oui"}, Mark::bad, {"No", "Non"}, Mark::good})
        .findings({"Privileged groups", "Groupes privilégiés"},
                  "clawvigil_gateway_user_privileged_group", "group", {"None", "Aucun"})
        .findings({"May use sudo", "Peut utiliser sudo"}, "clawvigil_gateway_user_sudo", "commands",
                  {"No", "Non"});
  }
  facts.end();
}

}  // namespace clawvigil::web::page
