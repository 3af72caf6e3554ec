// What each area, and each control within it, is called on the page: the closed list the bundled
// rules' labels `area` and `control` come from. A test compares it with the rules.
#pragma once

#include <span>
#include <string_view>

#include "exporter/web/phrase.h"

namespace clawvigil::web {

struct NamedArea {
  std::string_view id;  // label `area`
  Phrase name;
};
// In the order of the page.
[[nodiscard]] std::span<const NamedArea> areas();

// What is watched, as a state that should be: "The gateway listens on this machine only". The id
// itself for one that is not in the list (an owner's rule).
[[nodiscard]] Phrase name_of_control(std::string_view control);

}  // namespace clawvigil::web
