// How the page marks budgets: where the rules tell.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "collectors/budgets_families.h"
#include "exporter/web/page.h"

namespace clawvigil::web {
namespace {

using namespace budgets_families;

constexpr SystemTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
constexpr CollectorInfo kInfo{
    .name = "budgets",
    .summary = "Budgets.",
    .interval = std::chrono::seconds(10),
    .deadline = std::chrono::seconds(10),
    .max_age = std::chrono::hours(1),
    .metrics = kMetrics,
};

// The page about one budget of 100 USD a month.
std::string page_of(double spent, double projected, const AlertView* alerts) {
  Batch batch;
  batch.set(kLimitUsd, 100, "all", "month");
  batch.set(kSpentUsd, spent, "all", "month");
  batch.set(kProjectedUsd, projected, "all", "month", "profile");
  batch.set(kSpentRatio, spent / 100, "all", "month", "usd");
  Hub hub({&kInfo});
  hub.publish_success(kInfo, std::make_shared<const Batch>(std::move(batch)), {kNow, SteadyTime{}},
                      std::chrono::milliseconds(1));
  const auto snapshot = hub.snapshot({kNow, SteadyTime{}});
  Html html;
  page::budgets(html, View(*snapshot, ""), alerts);
  return html.take();
}

// The marks of a row in their order.
std::vector<Mark> marks(double spent, double projected, const AlertView* alerts = nullptr) {
  const std::string page = page_of(spent, projected, alerts);
  std::vector<Mark> found;
  std::map<std::size_t, Mark> places;
  for (const Mark mark : {Mark::good, Mark::bad, Mark::warning, Mark::unknown}) {
    Html html;
    const std::string badge_text = badge(html, mark, {"WORD", "WORD"}).take();
    const std::string sign = badge_text.substr(0, badge_text.find("WORD"));
    for (std::size_t at = page.find(sign); at != std::string::npos; at = page.find(sign, at + 1)) {
      places[at] = mark;
    }
  }
  for (const auto& [at, mark] : places) found.push_back(mark);
  return found;
}

using Marks = std::vector<Mark>;

TEST(PageBudgets, AreMarkedWhereTheRulesThatAreShippedTell) {
  EXPECT_EQ(marks(80, 110), (Marks{Mark::good, Mark::good}));
  EXPECT_EQ(marks(81, 111), (Marks{Mark::warning, Mark::bad}));
  EXPECT_EQ(marks(99.9, 100), (Marks{Mark::warning, Mark::good}));
  EXPECT_EQ(marks(100, 100), (Marks{Mark::bad, Mark::good}));
  const AlertView none;
  EXPECT_EQ(marks(81, 111, &none), (Marks{Mark::warning, Mark::bad}));
}

TEST(PageBudgets, AreMarkedWhereTheOwnersRulesTell) {
  AlertView alerts;
  alerts.thresholds = {
      {"BudgetNearlySpent", 0.9}, {"BudgetExceeded", 0.95}, {"BudgetProjectedOver", 1.5}};
  EXPECT_EQ(marks(90, 150, &alerts), (Marks{Mark::good, Mark::good}));
  EXPECT_EQ(marks(91, 151, &alerts), (Marks{Mark::warning, Mark::bad}));
  EXPECT_EQ(marks(95, 111, &alerts), (Marks{Mark::bad, Mark::good}));
}

}  // namespace
}  // namespace clawvigil::web
