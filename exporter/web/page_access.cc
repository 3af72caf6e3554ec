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
    table.mark(Mark::unknown, "Unknown");
  } else if (*visible > 0) {
    table.mark(Mark::good, "All");
  } else {
    table.mark(Mark::bad, "Not all", "the log level hides some");
  }
}

void rejections(Html& html, const View& view, const std::string& id) {
  std::set<std::string> channels;
  for (const std::string_view family : {kRejected, kVisible}) {
    for (const Row& row : view.rows(family)) {
      // What OpenClaw does not name a channel for is shown when there is any.
      if (row.label("channel") == "unknown" && row.value() == 0) continue;
      channels.emplace(row.label("channel"));
    }
  }
  if (channels.empty()) return;
  Table table(html, "access-" + id,
              {{"Channel"},
               {"Messages turned away", true},
               {"Senders in 24 hours", true},
               {"Rejections that leave a trace"}});
  for (const std::string& channel : channels) {
    const std::optional<double> messages = view.sum(kRejected, "channel", channel);
    const std::optional<double> senders =
        view.sum("clawvigil_rejected_senders", "channel", channel);
    if (!table.begin_row(channel)) continue;
    table.number(messages ? format_count(*messages) : "unknown");
    table.number(senders ? format_count(*senders) : "unknown");
    visibility(table, view, channel);
  }
  table.end();
}

}  // namespace

void access(Html& html, const View& view, std::size_t index) {
  if (view.is_absent(kAuthFailures) && view.is_absent(kRejected)) return;
  const std::string id = std::to_string(index);
  html.raw("<h3 id=\"access-").text(id).raw("\">Who was turned away</h3>");
  Facts facts(html, view);
  facts.counts("Failed connections to the gateway", kAuthFailures, "reason", "None")
      .number("Lockouts", "clawvigil_gateway_auth_lockouts_total");
  if (!view.is_absent(kProxyFailures)) {
    facts.counts("Refused at the reverse proxy", kProxyFailures, "status", "None");
  }
  facts.counts("Commands denied", "clawvigil_exec_denials_total", "reason", "None");
  if (!view.is_absent("clawvigil_approvals_total")) {
    facts.counts("Approvals asked for", "clawvigil_approvals_total", "decision", "None");
  }
  if (!view.is_absent("clawvigil_gateway_unclean_stops_total")) {
    facts.number("Crashes of the gateway", "clawvigil_gateway_unclean_stops_total")
        .number("openclaw.json edited by others", "clawvigil_config_external_changes_total");
  }
  facts.end();
  rejections(html, view, id);
  html.raw("<p class=\"note\">Counted since clawvigil watches this gateway.</p>");
}

}  // namespace clawvigil::web::page
