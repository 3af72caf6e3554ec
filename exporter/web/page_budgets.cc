// The owner's budgets: what is spent of them, and what they will come to.
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kSpentRatio = "clawvigil_budget_spent_ratio";

// From where on a part of the budget is marked: where the rules tell.
struct Marked {
  double nearly = 0.8;  // as BudgetNearlySpent is shipped
  double spent = 1;     // BudgetExceeded
  double over = 1.1;    // BudgetProjectedOver
};

Marked marked_by(const AlertView* alerts) {
  Marked marked;
  if (alerts == nullptr) return marked;
  marked.nearly = alerts->threshold("BudgetNearlySpent", marked.nearly);
  marked.spent = alerts->threshold("BudgetExceeded", marked.spent);
  marked.over = alerts->threshold("BudgetProjectedOver", marked.over);
  return marked;
}

// The families of one unit.
struct Unit {
  std::string_view limit;
  std::string_view spent;
  std::string_view projected;
  Sentence (*format)(double);
};
const Unit kUsd{"clawvigil_budget_limit_usd", "clawvigil_budget_spent_usd",
                "clawvigil_budget_projected_usd", format_usd};
const Unit kTokens{"clawvigil_budget_limit_tokens", "clawvigil_budget_spent_tokens",
                   "clawvigil_budget_projected_tokens", format_count};

std::optional<double> of(const View& view, std::string_view family, std::string_view budget,
                         std::string_view method = {}) {
  for (const Row& row : view.rows(family)) {
    if (row.label("budget") != budget) continue;
    if (method.empty() || row.label("method") == method) return row.value();
  }
  return std::nullopt;
}

Phrase name_of_period(std::string_view period) {
  if (period == "hour") return {"an hour", "par heure"};
  if (period == "day") return {"a day", "par jour"};
  if (period == "week") return {"a week", "par semaine"};
  if (period == "month") return {"a month", "par mois"};
  return period;
}

void budget_row(Table& table, const View& view, const Row& ratio, const Marked& marked) {
  const Unit& unit = ratio.label("unit") == "usd" ? kUsd : kTokens;
  const std::string_view budget = ratio.label("budget");
  const auto limit = of(view, unit.limit, budget);
  const auto spent = of(view, unit.spent, budget);
  auto projected = of(view, unit.projected, budget, "profile");
  const bool by_profile = projected.has_value();
  if (!projected) projected = of(view, unit.projected, budget, "run_rate");
  Mark mark = Mark::good;
  if (ratio.value() > marked.nearly) mark = Mark::warning;
  if (ratio.value() >= marked.spent) mark = Mark::bad;
  table.mark(mark, format_percent(ratio.value()));
  if (!projected || !limit) {
    table.text({"too early to say", "trop tôt pour le dire"});
  } else {
    table.mark(*projected > marked.over * *limit ? Mark::bad : Mark::good, unit.format(*projected),
               by_profile ? Phrase() : Phrase{"at this pace", "à ce rythme"});
  }
  table.number(spent ? unit.format(*spent) : Sentence("unknown", "inconnu"));
  table.number(limit ? unit.format(*limit) : Sentence("unknown", "inconnu"));
  const auto end = of(view, "clawvigil_budget_period_end_timestamp_seconds", budget);
  table.text(end ? format_time(to_time(*end)) : Sentence());
}

}  // namespace

void budgets(Html& html, const View& view, const AlertView* alerts) {
  const bool any = !view.rows("clawvigil_budget_limit_usd").empty() ||
                   !view.rows("clawvigil_budget_limit_tokens").empty();
  if (!any && !view.is_incomplete(kSpentRatio)) return;
  html.raw("<h3 id=\"budgets\">").text({"Budgets", "Budgets"}).raw("</h3>");
  if (any) {
    Table table(html, {"Budgets", "Budgets"},
                {{"Budget", "Budget"},
                 {"Spent", "Dépensé"},
                 {"Expected at the end", "Attendu à la fin"},
                 {"So far", "Jusqu'ici", true},
                 {"Of", "Sur", true},
                 {"Until", "Jusqu'au"}});
    const Marked marked = marked_by(alerts);
    for (const Row& row : view.rows(kSpentRatio)) {
      if (!table.begin_row(row.label("budget"), name_of_period(row.label("period")))) continue;
      budget_row(table, view, row, marked);
    }
    table.end();
  }
  if (view.is_incomplete(kSpentRatio)) {
    html.raw("<p>");
    unknown(html, view, kSpentRatio);
    html.raw("</p>");
  }
}

}  // namespace clawvigil::web::page
