// Whether what the agents use is usual at this time, what made it, and who goes on alone.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kScore = "clawvigil_spend_anomaly_score";
constexpr std::string_view kActivity = "clawvigil_spend_activity";
constexpr std::string_view kUsual = "clawvigil_spend_activity_usual";
constexpr std::string_view kChain = "clawvigil_tool_call_chain_length";
constexpr std::string_view kShare = "clawvigil_spend_share_ratio";

struct Compared {
  std::string_view signal;
  std::string_view window;
  Phrase title;
};
constexpr std::array kCompared{
    Compared{"cost", "1h", {"Cost, last hour", "Coût, dernière heure"}},
    Compared{"cost", "24h", {"Cost, last 24 hours", "Coût, dernières 24 heures"}},
    Compared{"tokens", "1h", {"Tokens, last hour", "Tokens, dernière heure"}},
    Compared{"requests", "1h", {"Model calls, last hour", "Appels au modèle, dernière heure"}},
    Compared{"failures", "1h", {"Failed calls, last hour", "Appels en échec, dernière heure"}},
    Compared{"scheduled",
             "15m",
             {"Calls of jobs, last 15 minutes", "Appels des tâches, 15 dernières minutes"}},
    Compared{"turns", "1h", {"Messages, last hour", "Messages, dernière heure"}}};

std::optional<double> of(const View& view, std::string_view family, const Compared& compared) {
  for (const Row& row : view.rows(family)) {
    if (row.label("signal") == compared.signal && row.label("window") == compared.window) {
      return row.value();
    }
  }
  return {};
}

Sentence amount(const Compared& compared, std::optional<double> value) {
  if (!value) return {"unknown", "inconnu"};
  return compared.signal == "cost" ? format_usd(*value) : format_count(std::round(*value));
}

void compare(Html& html, const View& view) {
  Table table(html, {"Compared with the past", "Comparé au passé"},
              {{"What", "Quoi"},
               {"Unusual", "Inhabituel"},
               {"Now", "Maintenant", true},
               {"Usual at this time", "Habituel à cette heure", true}});
  for (const Compared& compared : kCompared) {
    const std::optional<double> now = of(view, kActivity, compared);
    if (!now || !table.begin_row(compared.title)) continue;
    const std::optional<double> score = of(view, kScore, compared);
    if (!score) {
      table.text({"unknown", "inconnu"});
    } else {
      table.mark(*score >= 1 ? Mark::bad : Mark::good,
                 *score >= 1 ? Phrase{"yes", "oui"} : Phrase{"no", "non"});
    }
    table.number(amount(compared, now));
    table.number(amount(compared, of(view, kUsual, compared)));
  }
  table.end();
}

void new_models(Html& html, const View& view) {
  const std::vector<Row> rows = view.rows("clawvigil_new_model_usd");
  if (rows.empty()) return;
  const std::vector<Row> prices = view.rows("clawvigil_new_model_price_ratio");
  Table table(html, {"Models new within a day", "Modèles nouveaux depuis un jour"},
              {{"Model", "Modèle"},
               {"Agent", "Agent"},
               {"Price, of those before", "Prix, par rapport à avant", true},
               {"Cost", "Coût", true}});
  for (const Row& row : rows) {
    if (!table.begin_row(row.label("model"), row.label("provider"))) continue;
    table.text(row.label("agent"));
    const auto price = std::ranges::find_if(prices, [&](const Row& other) {
      return other.label("model") == row.label("model") &&
             other.label("provider") == row.label("provider") &&
             other.label("agent") == row.label("agent");
    });
    table.number(price == prices.end() ? Sentence{"unknown", "inconnu"}
                                       : format_percent(price->value()));
    table.number(format_usd(row.value()));
  }
  table.end();
}

void shares(Html& html, const View& view) {
  const std::vector<Row> rows = view.rows(kShare);
  if (rows.empty()) return;
  html.raw("<p class=\"note\">")
      .text({"Of this and the last hour: ", "De cette heure et de la précédente\u00A0: "});
  bool first = true;
  for (const Row& row : rows) {
    if (!first) html.text({"; ", "\u00A0; "});
    first = false;
    html.text(format_percent(row.value())).raw(" ").text(row.label("model"));
    html.text({", agent ", ", agent "}).text(row.label("agent")).raw(", ");
    html.text(row.label("trigger"));
  }
  html.raw(".</p>");
}

void alone(Html& html, const View& view) {
  const std::vector<Row> chains = view.rows(kChain);
  if (chains.empty()) return;
  const auto by_agent = [&](std::string_view family) {
    std::map<std::string, double, std::less<>> values;
    for (const Row& row : view.rows(family)) {
      values.emplace(row.label("agent"), row.value());
    }
    return values;
  };
  const auto repeats = by_agent("clawvigil_repeated_calls");
  const auto failed = by_agent("clawvigil_failed_calls_streak");
  const auto peaks = by_agent("clawvigil_token_velocity_peak");
  const auto cached = by_agent("clawvigil_cache_read_ratio");
  const auto usually_cached = by_agent("clawvigil_cache_read_usual_ratio");
  Table table(html, {"Compared with the past", "Comparé au passé"},
              {{"Agent", "Agent"},
               {"Calls since anybody wrote", "Appels depuis le dernier message", true},
               {"The same call", "Le même appel", true},
               {"Failed in a row", "Échecs de suite", true},
               {"Tokens a minute, most", "Tokens par minute, au plus", true},
               {"Prompts from the cache", "Prompts lus du cache", true},
               {"Usually", "D'habitude", true}});
  for (const Row& row : chains) {
    if (!table.begin_row(row.label("agent"))) continue;
    table.number(format_count(row.value()));
    for (const auto* values : {&repeats, &failed, &peaks}) {
      const auto found = values->find(row.label("agent"));
      table.number(format_count(found == values->end() ? 0 : found->second));
    }
    for (const auto* values : {&cached, &usually_cached}) {
      const auto found = values->find(row.label("agent"));
      table.number(found == values->end() ? Sentence{"too few", "trop peu"}
                                          : format_percent(found->second));
    }
  }
  table.end();
}

}  // namespace

void spend(Html& html, const View& view, std::size_t index) {
  if (view.is_absent(kActivity)) return;
  const std::string id = std::to_string(index);
  html.raw("<h4 id=\"spend-")
      .text(id)
      .raw("\">")
      .text({"Compared with the past", "Comparé au passé"})
      .raw("</h4>");
  if (view.rows(kActivity).empty()) {
    html.raw("<p>");
    unknown(html, view, kActivity);
    html.raw("</p>");
    return;
  }
  if (view.rows(kScore).empty() && !view.is_absent(kScore)) {
    html.raw("<p>");
    unknown(html, view, kScore);
    html.raw("</p>");
  }
  compare(html, view);
  shares(html, view);
  new_models(html, view);
  alone(html, view);
}

}  // namespace clawvigil::web::page
