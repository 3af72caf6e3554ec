// Settings of spend: budgets and prices. Plain data; read by spend.cc and the table of schema.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/config/price_list.h"

namespace clawvigil {

enum class BudgetPeriod { hour, day, week, month };

// A limit for a calendar period in the owner's time zone. What is named narrows it: a budget
// without agent, provider and model is for everything of the home, one without home for this host.
struct BudgetConfig {
  std::string name;  // value of the label `budget`
  BudgetPeriod period = BudgetPeriod::month;
  std::optional<double> usd;           // one of the two, or both
  std::optional<std::int64_t> tokens;  // input and output; cached tokens do not count
  std::string home;                    // "": all of them
  std::string agent;
  std::string provider;
  std::string model;
};

struct SpendConfig {
  std::vector<BudgetConfig> budgets;
  std::vector<std::string> price_files;  // absolute; they go before the price list that is shipped
  std::vector<PriceList> price_lists;    // what stands in them; read with the configuration
};

}  // namespace clawvigil
