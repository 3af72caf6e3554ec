// Tokens and cost by model and agent.
#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::array<std::string_view, 4> kTokenTypes{"input", "output", "cache_read",
                                                      "cache_write"};

struct Usage {
  std::array<std::optional<double>, kTokenTypes.size()> tokens;
  std::optional<double> recorded;   // USD, as the provider's answer said
  std::optional<double> estimated;  // USD, from a price table
  double unpriced = 0;              // tokens of this provider and model, of all agents
  [[nodiscard]] double cost() const { return recorded.value_or(0) + estimated.value_or(0); }
};

using Key = std::tuple<std::string, std::string, std::string>;  // provider, model, agent

Key key_of(const Row& row) {
  return {std::string(row.label("provider")), std::string(row.label("model")),
          std::string(row.label("agent"))};
}

// The costliest first.
std::vector<std::pair<Key, Usage>> gather(const View& view) {
  std::map<Key, Usage> by_key;
  for (const Row& row : view.rows("clawvigil_model_tokens_total")) {
    const auto* const type = std::ranges::find(kTokenTypes, row.label("token_type"));
    if (type == kTokenTypes.end()) continue;
    auto& tokens = by_key[key_of(row)].tokens[static_cast<std::size_t>(type - kTokenTypes.begin())];
    tokens = tokens.value_or(0) + row.value();
  }
  for (const Row& row : view.rows("clawvigil_model_cost_usd_total")) {
    Usage& usage = by_key[key_of(row)];
    auto& cost = row.label("basis") == "estimated" ? usage.estimated : usage.recorded;
    cost = cost.value_or(0) + row.value();
  }
  for (const Row& row : view.rows("clawvigil_model_unpriced_tokens_total")) {
    for (auto& [key, usage] : by_key) {
      const auto& [provider, model, agent] = key;
      const bool same = provider == row.label("provider") && model == row.label("model");
      if (same) usage.unpriced += row.value();
    }
  }
  std::vector<std::pair<Key, Usage>> result(by_key.begin(), by_key.end());
  std::ranges::stable_sort(result, std::ranges::greater(),
                           [](const auto& entry) { return entry.second.cost(); });
  return result;
}

// ", by prices of 2026-10-07 (shipped)"
void price_lists(Html& html, const View& view) {
  Sentence text;
  for (const std::string_view list : {"owner", "shipped"}) {
    const auto date = view.sum("clawvigil_price_list_timestamp_seconds", "list", list);
    if (!date) continue;
    const SystemTime time{std::chrono::seconds(static_cast<std::int64_t>(*date))};
    text += text.empty() ? Phrase{", by prices of ", ", aux prix du "}
                         : Phrase{", then of ", ", puis du "};
    text += format_date(time);
    text += (list == "owner" ? Phrase{" (yours)", " (les vôtres)"}
                             : Phrase{" (shipped)", " (fournis)"});
  }
  html.text(text);
}

void cost(Table& table, const Usage& usage) {
  const Sentence unpriced =
      usage.unpriced > 0
          ? format_count(usage.unpriced) + Phrase{" tokens without a price", " tokens sans prix"}
          : Sentence();
  if (usage.cost() == 0 && usage.unpriced > 0) {
    table.number({"unknown", "inconnu"}, unpriced);
  } else if (usage.unpriced > 0) {
    table.number(format_usd(usage.cost()), unpriced);
  } else if (!usage.recorded && !usage.estimated) {
    table.number({"no price", "sans prix"});
  } else {
    table.number(format_usd(usage.cost()),
                 usage.estimated.value_or(0) > 0 ? Phrase{"estimated", "estimé"} : Phrase());
  }
}

void write_table(Html& html, const std::vector<std::pair<Key, Usage>>& rows) {
  Table table(html, {"Tokens and cost", "Tokens et coût"},
              {{"Model", "Modèle"},
               {"Agent", "Agent"},
               {"Cost", "Coût", true},
               {"Input", "Entrée", true},
               {"Output", "Sortie", true},
               {"Cache read", "Lus du cache", true},
               {"Cache write", "Écrits au cache", true}});
  for (const auto& [key, usage] : rows) {
    const auto& [provider, model, agent] = key;
    if (!table.begin_row(model, provider)) continue;
    table.text(agent);
    cost(table, usage);
    for (const std::optional<double>& count : usage.tokens) {
      table.number(count ? format_count(*count) : Phrase{"unknown", "inconnu"});
    }
  }
  table.end();
}

}  // namespace

void usage(Html& html, const View& view, std::size_t index) {
  const std::string id = std::to_string(index);
  html.raw("<h4 id=\"usage-")
      .text(id)
      .raw("\">")
      .text({"Tokens and cost", "Tokens et coût"})
      .raw("</h4>");
  const std::vector<std::pair<Key, Usage>> rows = gather(view);
  if (!rows.empty()) {
    write_table(html, rows);
    html.raw("<p class=\"note\">");
    html.text(
        {"Totals over the whole history; what OpenClaw has pruned since stays counted. Cost is "
         "estimated where OpenClaw recorded none",
         "Totaux depuis le début\u00A0; ce qu'OpenClaw a effacé depuis reste compté. Le coût est "
         "estimé là où OpenClaw n'en a pas noté"});
    price_lists(html, view);
    html.raw(".</p>");
    return;
  }
  html.raw("<p>");
  unknown(html, view, "clawvigil_model_tokens_total");
  html.raw("</p>");
}

}  // namespace clawvigil::web::page
