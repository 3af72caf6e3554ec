// Price lists: YAML to PriceList. Pure.
//
//   date: 2026-11-20                         # as of when the prices are right
//   source: https://example.org/pricing      # where they stand
//   prices:
//     - provider: anthropic
//       models: [claude-opus-4-5, claude-opus-4-5-20*]   # '*' at the end: whatever follows
//       input: 5                             # USD per million tokens
//       output: 25
//       cache-read: 0.5                      # default of both: the price of input
//       cache-write: 6.25
//       from: 2025-11-24                     # default: always; the price of then is taken
//       above: 200000                        # default: 0; prompts of more tokens than that
//     - {provider: ollama, models: ["*"], free: true}
#pragma once

#include <expected>
#include <string_view>

#include "exporter/config/loader.h"
#include "exporter/config/price_list.h"

namespace clawvigil::config {

// Models of all entries together.
inline constexpr std::size_t kMaxPrices = 4096;

// Every problem in order, as for the configuration (loader.h).
[[nodiscard]] std::expected<PriceList, Problems> read_prices(std::string_view text);

// The list in the program, prices.yml when it was built.
[[nodiscard]] std::string_view shipped_prices_text();
// The same, read at the first call and kept. Any thread.
[[nodiscard]] const PriceList& shipped_prices();

}  // namespace clawvigil::config
