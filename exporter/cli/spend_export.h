// The report of spend for other programs. Pure.
#pragma once

#include <string>

#include "exporter/cli/spend_report.h"

namespace clawvigil::cli {

// One object; members are only ever added. docs/commands.md says what they mean.
[[nodiscard]] std::string spend_json(const SpendReport& report, SystemTime now);

// RFC 4180 with a line of titles, one line a row of the innermost level. Names come from data that
// strangers can influence: one that a spreadsheet would take for a formula has an apostrophe before
// it.
[[nodiscard]] std::string spend_csv(const SpendReport& report);

}  // namespace clawvigil::cli
