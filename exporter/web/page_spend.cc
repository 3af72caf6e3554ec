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
  std::string_view title;
};
constexpr std::array kCompared{Compared{"cost", "1h", "Cost, last hour"},
                               Compared{"cost", "24h", "Cost, last 24 hours"},
                               Compared{"tokens", "1h", "Tokens, last hour"},
                               Compared{"requests", "1h", "Model calls, last hour"},
                               Compared{"failures", "1h", "Failed calls, last hour"},
                               Compared{"scheduled", "15m", "Calls of jobs, last 15 minutes"},
                               Compared{"turns", "1h", "Messages, last hour"}};

std::optional<double> of(const View& view, std::string_view family, const Compared& compared) {
  for (const Row& row : view.rows(family)) {
    if (row.label("signal") == compared.signal && row.label("window") == compared.window) {
      return row.value();
    }
  }
  return {};
}

std::string amount(const Compared& compared, std::optional<double> value) {
  if (!value) return "unknown";
  return compared.signal == "cost" ? format_usd(*value) : format_count(std::round(*value));
}

void compare(Html& html, const View& view, const std::string& id) {
  Table table(html, "spend-" + id,
              {{"What"}, {"Unusual"}, {"Now", true}, {"Usual at this time", true}});
  for (const Compared& compared : kCompared) {
    const std::optional<double> now = of(view, kActivity, compared);
    if (!now || !table.begin_row(compared.title)) continue;
    const std::optional<double> score = of(view, kScore, compared);
    if (!score) {
      table.text("unknown");
    } else {
      table.mark(*score >= 1 ? Mark::bad : Mark::good, *score >= 1 ? "yes" : "no");
    }
    table.number(amount(compared, now));
    table.number(amount(compared, of(view, kUsual, compared)));
  }
  table.end();
}

std::string percent(double ratio) { return format_count(std::round(100 * ratio)) + " %"; }

void new_models(Html& html, const View& view, const std::string& id) {
  const std::vector<Row> rows = view.rows("clawvigil_new_model_usd");
  if (rows.empty()) return;
  const std::vector<Row> prices = view.rows("clawvigil_new_model_price_ratio");
  Table table(
      html, "spend-models-" + id,
      {{"Model new within a day"}, {"Agent"}, {"Price, of those before", true}, {"Cost", true}});
  for (const Row& row : rows) {
    if (!table.begin_row(row.label("model"), row.label("provider"))) continue;
    table.text(row.label("agent"));
    const auto price = std::ranges::find_if(prices, [&](const Row& other) {
      return other.label("model") == row.label("model") &&
             other.label("provider") == row.label("provider") &&
             other.label("agent") == row.label("agent");
    });
    table.number(price == prices.end() ? "unknown" : percent(price->value()));
    table.number(format_usd(row.value()));
  }
  table.end();
}

void shares(Html& html, const View& view) {
  const std::vector<Row> rows = view.rows(kShare);
  if (rows.empty()) return;
  html.raw("<p class=\"note\">Of this and the last hour: ");
  bool first = true;
  for (const Row& row : rows) {
    if (!first) html.raw("; ");
    first = false;
    html.text(percent(row.value())).raw(" ").text(row.label("model"));
    html.raw(", agent ").text(row.label("agent")).raw(", ").text(row.label("trigger"));
  }
  html.raw(".</p>");
}

void alone(Html& html, const View& view, const std::string& id) {
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
  Table table(html, "spend-" + id,
              {{"Agent"},
               {"Calls since anybody wrote", true},
               {"The same call", true},
               {"Failed in a row", true},
               {"Tokens a minute, most", true},
               {"Prompts from the cache", true},
               {"Usually", true}});
  for (const Row& row : chains) {
    if (!table.begin_row(row.label("agent"))) continue;
    table.number(format_count(row.value()));
    for (const auto* values : {&repeats, &failed, &peaks}) {
      const auto found = values->find(row.label("agent"));
      table.number(found == values->end() ? "0" : format_count(found->second));
    }
    for (const auto* values : {&cached, &usually_cached}) {
      const auto found = values->find(row.label("agent"));
      table.number(found == values->end() ? "too few" : percent(found->second));
    }
  }
  table.end();
}

}  // namespace

void spend(Html& html, const View& view, std::size_t index) {
  if (view.is_absent(kActivity)) return;
  const std::string id = std::to_string(index);
  html.raw("<h3 id=\"spend-").text(id).raw("\">Compared with the past</h3>");
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
  compare(html, view, id);
  shares(html, view);
  new_models(html, view, id);
  alone(html, view, id);
}

}  // namespace clawvigil::web::page
