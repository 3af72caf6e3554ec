// The ledger as metrics.
#pragma once

#include <string_view>
#include <vector>

#include "collectors/usage/ledger.h"
#include "exporter/collect/collector.h"

namespace clawvigil::usage {

// What is unknown while transcripts cannot be read.
[[nodiscard]] std::vector<std::string_view> families_of_transcripts();

// Counters of all series. Which of them are shown by name is decided in the order in which they
// first appeared, so that what is summed in "other" never shrinks.
void report_totals(const Ledger& ledger, Batch& out);

// How old the price lists are.
void report_price_lists(const SpendConfig& spend, Batch& out);

// Spend within sliding windows, per home.
[[nodiscard]] Result<> report_windows(Ledger& ledger, const Context& run, Batch& out);

}  // namespace clawvigil::usage
