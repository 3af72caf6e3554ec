// What is spent: the sums, the days beside what is usual, budgets, and tokens by model.
#include <algorithm>
#include <array>
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kSpend = "clawvigil_spend_usd";

struct Window {
  std::string_view id;
  Phrase name;
};
constexpr std::array kWindows{Window{"1h", {"last hour", "dernière heure"}},
                              Window{"24h", {"last 24 hours", "dernières 24 heures"}},
                              Window{"7d", {"last 7 days", "7 derniers jours"}},
                              Window{"30d", {"last 30 days", "30 derniers jours"}}};

void sums(Html& html, const View& view) {
  if (view.rows(kSpend).empty()) {
    html.raw("<p>");
    unknown(html, view, kSpend);
    html.raw("</p>");
    return;
  }
  html.raw("<dl class=\"figures\">");
  for (const Window& window : kWindows) {
    const std::optional<double> spend = view.sum(kSpend, "window", window.id);
    if (!spend) continue;
    html.raw("<div><dt>").text(window.name).raw("</dt><dd>").text(format_usd(*spend));
    html.raw("</dd></div>");
  }
  html.raw("</dl>");
}

}  // namespace

void spending(Html& html, const PageInput& input) {
  if (input.homes.homes.empty()) return;
  const View view(input.snapshot, "");
  begin_card(html, "spending", {"Spending", "Dépenses"});
  sums(html, view);
  if (input.alerts != nullptr) spend_chart(html, input.alerts->spend_days);
  budgets(html, view, input.alerts);
  for (std::size_t i = 0; i < std::min(input.homes.homes.size(), kSpendingHomes); ++i) {
    const Home& home = input.homes.homes[i];
    const View of_home(input.snapshot, home.label);
    html.raw("<details><summary><h3>").text({"Tokens by model", "Tokens par modèle"});
    if (input.homes.homes.size() > 1) html.text(kColon).text(sanitize(home.label));
    html.raw("</h3></summary>");
    usage(html, of_home, i);
    spend(html, of_home, i);
    html.raw("</details>");
  }
  end_card(html);
}

}  // namespace clawvigil::web::page
