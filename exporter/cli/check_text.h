// What `clawvigil check` shows to people: what is broken, worst first, each with what repairs it;
// then what is beginning, unknown, silenced and accepted; then what is kept, and a line of numbers.
// Pure.
#pragma once

#include <cstddef>
#include <string>

#include "exporter/cli/check_document.h"
#include "exporter/host/time_zone.h"

namespace clawvigil::cli {

struct CheckView {
  const host::TimeZone& zone;
  bool live = false;   // from the daemon; else one look of its own
  bool quiet = false;  // without what is kept
  bool colours = false;
  std::size_t columns = 80;
};

// Lines of at most `columns` (100, if that is more), but for commands and long paths.
[[nodiscard]] std::string check_text(const CheckDocument& document, const CheckView& view);

}  // namespace clawvigil::cli
