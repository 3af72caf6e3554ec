// The ledger as metrics.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "collectors/usage/ledger.h"
#include "exporter/collect/collector.h"

namespace clawvigil::usage {

// What is unknown while transcripts cannot be read.
[[nodiscard]] std::vector<std::string_view> families_of_transcripts();

// Counters of all series, made anew only when the ledger has changed. Which of them are shown by
// name is decided in the order in which they first appeared, so that what is summed in "other"
// never shrinks.
class TotalsReport {
 public:
  void write(const Ledger& ledger, Batch& out);

 private:
  void fold(const Ledger& ledger);

  using Labels = std::tuple<std::string, std::string, std::string, std::string>;
  std::uint64_t version_ = 0;              // of the ledger, when the sums were made
  std::map<Labels, Totals> combinations_;  // home, agent, provider, model
  std::map<Labels, Totals> reasons_;       // home, agent, trigger, channel
  std::map<std::string, std::size_t> folded_;
};

// How old the price lists are.
void report_price_lists(const SpendConfig& spend, Batch& out);

// Spend within sliding windows, per home.
void report_windows(const Ledger& ledger, const Context& run, Batch& out);

}  // namespace clawvigil::usage
