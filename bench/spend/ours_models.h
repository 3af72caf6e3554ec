#pragma once
// What the models an agent uses cost, by hour as in the ledger, for replay_ours.
#include <map>
#include <string>
#include <vector>

#include "bench/spend/ours_year.h"
#include "collectors/spend/models.h"

namespace clawvigil::spend_world {

class Models {
 public:
  void add(const Row& row);
  // Once a minute. The past is looked at every six hours, not every one.
  void look(std::int64_t now);
  [[nodiscard]] bool any_expensive(double ratio, double usd) const;
  [[nodiscard]] bool any_cold(double ratio, double usual) const;

 private:
  void look_back(std::int64_t hour);

  std::map<std::int64_t, std::map<usage::SeriesKey, usage::Totals>> hours_;
  std::vector<usage::HourOfUsage> recent_;
  spend::PastOfAgents past_;
  std::vector<spend::NewModel> expensive_;
  std::map<std::string, spend::CacheUse> caches_;
  std::int64_t looked_ = 0;
  bool changed_ = false;
};

}  // namespace clawvigil::spend_world
