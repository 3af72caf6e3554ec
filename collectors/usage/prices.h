// What a model call costs of which OpenClaw recorded no cost: by openclaw.json, else by the owner's
// price lists, else by the one that is shipped (exporter/config/prices.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/parse/openclaw_config.h"
#include "collectors/parse/token_counts.h"
#include "exporter/config/price_list.h"

namespace clawvigil::usage {

using Price = TokenPrice;

// Prices in force for one home. Used by one thread; remembers what it looked up.
class PriceBook {
 public:
  // What it is made from must outlive it. Costs nothing until the first find().
  PriceBook(std::span<const ModelSettings> own, std::span<const PriceList> owners,
            const PriceList& shipped)
      : own_(own), owners_(owners), shipped_(&shipped) {}

  // The price of a call at `time_ms` (Unix time) with these tokens; all 0 for a free model. Within
  // a list an exact name goes before a pattern, a longer pattern before a shorter one; then the
  // latest price that held.
  [[nodiscard]] std::optional<Price> find(std::string_view provider, std::string_view model,
                                          std::int64_t time_ms, const parse::TokenCounts& tokens);

 private:
  struct Candidates {
    std::optional<Price> own;
    std::vector<const PriceEntry*> entries;  // the first that holds is taken
  };
  [[nodiscard]] const Candidates& candidates(std::string_view provider, std::string_view model);
  [[nodiscard]] std::optional<Price> own_price(std::string_view provider,
                                               std::string_view model) const;

  std::span<const ModelSettings> own_;
  std::span<const PriceList> owners_;
  const PriceList* shipped_;
  std::map<std::pair<std::string, std::string>, Candidates> known_;  // by provider and model
};

}  // namespace clawvigil::usage
