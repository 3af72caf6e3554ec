// spend.budgets: limits for what the agents cost.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "exporter/base/strings.h"
#include "exporter/config/structures.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

namespace {

constexpr std::string_view kWhere = "spend.budgets";
constexpr double kMostUsd = 1e9;
constexpr double kMostTokens = 1e15;

// "250", "2.5", "3k", "40M", "1G"; nothing for what is no number above 0.
std::optional<double> parse_amount(std::string_view text, double most) {
  double factor = 1;
  if (!text.empty()) {
    constexpr std::array<std::pair<char, double>, 3> kFactors{{{'k', 1e3}, {'M', 1e6}, {'G', 1e9}}};
    for (const auto& [letter, value] : kFactors) {
      if (text.back() != letter) continue;
      factor = value;
      text.remove_suffix(1);
      break;
    }
  }
  double amount = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, amount, std::chars_format::fixed);
  if (error != std::errc() || stop != end) return std::nullopt;
  amount *= factor;
  return std::isfinite(amount) && amount > 0 && amount <= most ? std::optional(amount)
                                                               : std::nullopt;
}

template <std::string BudgetConfig::* Member>
bool set_name(BudgetConfig& budget, std::string_view text) {
  budget.*Member = text;
  return !text.empty();
}

using BudgetField = Field<BudgetConfig>;
constexpr std::array kBudgetFields{
    BudgetField{"name", "a name of letters, digits, - and _",
                [](BudgetConfig& budget, std::string_view text) {
                  budget.name = text;
                  return is_receiver_name(text);
                },
                BudgetField::Need::required},
    BudgetField{"period", "one of hour, day, week, month",
                [](BudgetConfig& budget, std::string_view text) {
                  const auto* const found = std::ranges::find(kCalendarUnitNames, text);
                  if (found == kCalendarUnitNames.end()) return false;
                  budget.period = static_cast<CalendarUnit>(found - kCalendarUnitNames.begin());
                  return true;
                },
                BudgetField::Need::required},
    BudgetField{"usd", "an amount in USD above 0, such as 50 or 2.5",
                [](BudgetConfig& budget, std::string_view text) {
                  budget.usd = parse_amount(text, kMostUsd);
                  return budget.usd.has_value();
                }},
    BudgetField{"tokens", "a number of tokens above 0, such as 500k or 20M",
                [](BudgetConfig& budget, std::string_view text) {
                  const auto amount = parse_amount(text, kMostTokens);
                  budget.tokens = static_cast<std::int64_t>(std::llround(amount.value_or(0)));
                  return *budget.tokens > 0;
                }},
    BudgetField{"home", "a user whose agents count", set_name<&BudgetConfig::home>},
    BudgetField{"agent", "the id of an agent", set_name<&BudgetConfig::agent>},
    BudgetField{"provider", "a provider such as anthropic", set_name<&BudgetConfig::provider>},
    BudgetField{"model", "the id of a model", set_name<&BudgetConfig::model>},
};

void add_budget(Reader& reader, const yaml::Node& node, BudgetConfig budget, Config& config) {
  auto& list = config.spend.budgets;
  const std::string where = std::string(kWhere) + ": " + budget.name;
  if (!budget.usd && !budget.tokens) {
    return reader.problem(node, where + ": expected usd or tokens, how much it may be");
  }
  if (std::ranges::find(list, budget.name, &BudgetConfig::name) != list.end()) {
    return reader.problem(node, where + " is given twice");
  }
  if (list.size() == kMaxBudgets) {
    return reader.problem(
        node, std::string(kWhere) + ": more than " + std::to_string(kMaxBudgets) + " items");
  }
  list.push_back(std::move(budget));
}

}  // namespace

void read_budgets(Reader& reader, const yaml::Node& node, Config& config) {
  reader.read_list<BudgetConfig>(kBudgetFields, node, kWhere,
                                 "{name: everything, period: month, usd: 100}",
                                 [&](const yaml::Node& item, BudgetConfig budget) {
                                   add_budget(reader, item, std::move(budget), config);
                                 });
}

std::string budgets_sample() {
  return "  # Examples; what is named (home, agent, provider, model) narrows a budget:\n"
         "  # budgets:\n"
         "  #   - {name: everything, period: month, usd: 100}\n"
         "  #   - {name: burst, period: hour, usd: 3}\n"
         "  #   - {name: helper, period: day, tokens: 2M, agent: helper}\n"
         "  budgets: []\n";
}

}  // namespace clawvigil::config
