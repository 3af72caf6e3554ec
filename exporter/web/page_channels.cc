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

void openness(Table& table, std::optional<bool> open, const std::string& policy) {
  const Sentence small = policy.empty() ? Sentence() : Phrase{"policy ", "politique "} + policy;
  if (!open) {
    table.mark(Mark::unknown, kUnknown, small);
  } else if (*open) {
    table.mark(Mark::bad, {"open to anyone", "ouvert à tous"}, small);
  } else {
    table.mark(Mark::good, {"restricted", "restreint"}, small);
  }
}

// A number per channel, over all accounts.
void number(Table& table, const View& view, std::string_view family, const std::string& channel) {
  const std::optional<double> sum = view.sum(family, "channel", channel);
  table.number(sum ? format_count(*sum) : Phrase{"unknown", "inconnu"});
}

void write_table(Html& html, const View& view, const Channels& channels) {
  Table table(html, {"Channels", "Canaux"},
              {{"Channel", "Canal"},
               {"State", "État"},
               {"Direct messages", "Messages privés"},
               {"Groups", "Groupes"},
               {"Allowed senders", "Expéditeurs admis", true},
               {"Pairings waiting", "Appairages en attente", true}});
  for (const auto& [key, channel] : channels) {
    if (!table.begin_row(key.first, key.second)) continue;
    const Phrase state =
        channel.enabled.value_or(false) ? Phrase{"on", "activé"} : Phrase{"off", "désactivé"};
    table.text(channel.enabled ? state : Phrase{"unknown", "inconnu"});
    openness(table, channel.dm_open, channel.dm_policy);
    openness(table, channel.group_open, channel.group_policy);
    number(table, view, "clawvigil_channel_allowed_senders", key.first);
    number(table, view, "clawvigil_channel_pairing_requests_pending", key.first);
  }
  table.end();
}

}  // namespace

void channels(Html& html, const View& view, std::size_t index) {
  const std::string id = std::to_string(index);
  const Channels channels = gather(view);
  html.raw("<h4 id=\"channels-").text(id).raw("\">").text({"Channels", "Canaux"}).raw("</h4>");
  if (!channels.empty()) {
    write_table(html, view, channels);
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
    html.text({"No channel is configured.", "Aucun canal n'est configuré."});
  } else {
    unknown(html, view, "clawvigil_channel_enabled");
  }
  html.raw("</p>");
}

}  // namespace clawvigil::web::page
