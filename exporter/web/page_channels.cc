// Who may talk to the agent, by channel and account, with the effective policy.
#include <algorithm>
#include <map>
#include <utility>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

struct Channel {
  std::optional<bool> enabled;
  std::optional<bool> dm_open;
  std::optional<bool> group_open;
  std::string dm_policy;
  std::string group_policy;
};
using Channels = std::map<std::pair<std::string, std::string>, Channel>;

Channels gather(const View& view) {
  Channels result;
  const auto each = [&](std::string_view family, const auto& store) {
    for (const Row& row : view.rows(family)) {
      store(result[{std::string(row.label("channel")), std::string(row.label("account"))}], row);
    }
  };
  each("clawvigil_channel_enabled", [](Channel& c, const Row& r) { c.enabled = r.value() > 0; });
  each("clawvigil_channel_dm_open", [](Channel& c, const Row& r) { c.dm_open = r.value() > 0; });
  each("clawvigil_channel_group_open",
       [](Channel& c, const Row& r) { c.group_open = r.value() > 0; });
  each("clawvigil_channel_dm_policy_info",
       [](Channel& c, const Row& r) { c.dm_policy = r.label("policy"); });
  each("clawvigil_channel_group_policy_info",
       [](Channel& c, const Row& r) { c.group_policy = r.label("policy"); });
  return result;
}

void openness(Html& html, std::optional<bool> open, const std::string& policy) {
  html.raw("<td>");
  if (!open) {
    badge(html, Mark::unknown, "Unknown");
  } else if (*open) {
    badge(html, Mark::bad, "open to anyone");
  } else {
    badge(html, Mark::good, "restricted");
  }
  if (!policy.empty()) html.raw(" <small>policy ").text(policy).raw("</small>");
  html.raw("</td>");
}

void enabled(Html& html, std::optional<bool> value) {
  const std::string_view known = value.value_or(false) ? "on" : "off";
  html.raw("<td>").text(value ? known : "unknown").raw("</td>");
}

// A number per channel, over all accounts.
void number(Html& html, const View& view, std::string_view family, const std::string& channel) {
  const std::optional<double> sum = view.sum(family, "channel", channel);
  html.raw("<td class=\"n\">").text(sum ? format_count(*sum) : "unknown").raw("</td>");
}

void table(Html& html, const View& view, const Channels& channels, const std::string& id) {
  html.raw(R"(<div class="scroll" role="region" tabindex="0" aria-labelledby="channels-)");
  html.text(id).raw(
      "\"><table><thead><tr><th scope=\"col\">Channel</th><th scope=\"col\">State</th>"
      "<th scope=\"col\">Direct messages</th><th scope=\"col\">Groups</th>"
      "<th scope=\"col\" class=\"n\">Allowed senders</th>"
      "<th scope=\"col\" class=\"n\">Pairings waiting</th></tr></thead><tbody>");
  std::size_t shown = 0;
  for (const auto& [key, channel] : channels) {
    if (++shown > kMaxTableRows) break;
    html.raw("<tr><th scope=\"row\">").text(key.first);
    if (!key.second.empty()) html.raw(" <small>").text(key.second).raw("</small>");
    html.raw("</th>");
    enabled(html, channel.enabled);
    openness(html, channel.dm_open, channel.dm_policy);
    openness(html, channel.group_open, channel.group_policy);
    number(html, view, "clawvigil_channel_allowed_senders", key.first);
    number(html, view, "clawvigil_channel_pairing_requests_pending", key.first);
    html.raw("</tr>");
  }
  html.raw("</tbody></table></div>");
  left_out(html, channels.size());
}

}  // namespace

void channels(Html& html, const View& view, std::size_t index) {
  const std::string id = std::to_string(index);
  const Channels channels = gather(view);
  html.raw("<h3 id=\"channels-").text(id).raw("\">Channels</h3>");
  if (!channels.empty()) {
    table(html, view, channels, id);
    return;
  }
  html.raw("<p>");
  const Snapshot& snapshot = view.snapshot();
  const auto reads_channels = [](const CollectorState& state) {
    return state.success && state.batch && state.batch->unknowns().empty() &&
           std::ranges::find(state.info->metrics, "clawvigil_channel_enabled", &MetricInfo::name) !=
               state.info->metrics.end();
  };
  if (std::ranges::any_of(snapshot.collectors, reads_channels)) {
    html.raw("No channel is configured.");
  } else {
    unknown(html, view, "clawvigil_channel_enabled");
  }
  html.raw("</p>");
}

}  // namespace clawvigil::web::page
