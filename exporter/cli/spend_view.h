// The report of spend for people at a terminal. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "exporter/cli/spend_report.h"

namespace clawvigil::cli {

struct SpendViewOptions {
  std::size_t columns = 80;
  bool colours = false;
  bool utf8 = true;  // else nothing but ASCII is written
};

[[nodiscard]] std::string spend_text(const SpendReport& report, const host::TimeZone& zone,
                                     SystemTime now, const SpendViewOptions& options);

}  // namespace clawvigil::cli
