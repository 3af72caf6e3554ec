// What the controls promise, which rules name in their label `control`: the same words as in
// README's table (a test compares).
#pragma once

#include <span>
#include <string_view>

namespace clawvigil::alerts {

struct Control {
  std::string_view id;       // "X1"
  std::string_view promise;  // "the gateway listens on loopback or the tailnet only"
};

[[nodiscard]] std::span<const Control> controls();
// "" for an id that is none.
[[nodiscard]] std::string_view promise_of(std::string_view id);

}  // namespace clawvigil::alerts
