// Rules that cannot be judged, by reason: one reason for many rules is said once. Pure.
#pragma once

#include <string>
#include <vector>

#include "exporter/cli/check_document.h"

namespace clawvigil::cli {

struct UnknownGroup {
  std::string reason;
  std::vector<std::string> alertnames;  // in the order of the document, each once
};

// What the owner can mend comes first, what only time can give last; else in the document's order.
// The rules that look back into a past that is not recorded yet are one group, however far they
// look.
[[nodiscard]] std::vector<UnknownGroup> unknown_groups(
    const std::vector<const CheckEntry*>& entries);

}  // namespace clawvigil::cli
