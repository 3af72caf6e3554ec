// Settings of spend: budgets and prices. Plain data; read by spend.cc and the table of schema.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/calendar_unit.h"
#include "exporter/config/price_list.h"

namespace clawvigil {

inline constexpr std::size_t kMaxBudgets = 32;

// A limit for a calendar period in the owner's time zone. What is named narrows it: a budget
// without agent, provider and model is for everything of the home, one without home for this host.
struct BudgetConfig {
  std::string name;  // value of the label `budget`
  CalendarUnit period = CalendarUnit::month;
  std::optional<double> usd;           // one of the two, or both
  std::optional<std::int64_t> tokens;  // input and output; cached tokens do not count
  std::string home;                    // "": all of them
  std::string agent;
  std::string provider;
  std::string model;

  friend bool operator==(const BudgetConfig&, const BudgetConfig&) = default;
};

struct SpendConfig {
  std::vector<BudgetConfig> budgets;
  std::vector<std::string> price_files;  // absolute; they go before the price list that is shipped
  std::vector<PriceList> price_lists;    // what stands in them; read with the configuration
};

}  // namespace clawvigil
