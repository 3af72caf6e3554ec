// The rows of a report of spend as a table for the terminal. Pure.
#pragma once

#include <string>

#include "exporter/cli/spend_view.h"

namespace clawvigil::cli {

// What of the marks the table uses: they are explained below it.
struct SpendMarks {
  bool estimated = false;  // ~
  bool unpriced = false;   // +
  bool unusual = false;
};

struct SpendTable {
  std::string text;
  SpendMarks marks;
};

[[nodiscard]] SpendTable spend_table(const SpendReport& report, const host::TimeZone& zone,
                                     const SpendViewOptions& options);

// "~$12.30": with what is estimated or unpriced marked as such.
[[nodiscard]] std::string cost_text(const usage::Totals& totals);

// "+18 %" with an arrow, or words where there is nothing to compare with.
[[nodiscard]] std::string change_text(double usd, double before, bool utf8);

// `text` without anything that is not ASCII, "?" in its place.
[[nodiscard]] std::string ascii(std::string_view text);

}  // namespace clawvigil::cli
