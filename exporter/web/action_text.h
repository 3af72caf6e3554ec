// The commands within what a rule advises, so that each can be copied as a whole:
//
//   "As claw: openclaw config set gateway.bind loopback && openclaw gateway restart. Then check: ss
//    -tlnp" has the commands "openclaw config set … restart" and "ss -tlnp".
//
// What cannot be told for certain stays text: a command that is not found can still be read, one
// that is cut would do something else.
#pragma once

#include <string_view>
#include <vector>

namespace clawvigil::web {

struct ActionPart {
  std::string_view text;
  bool is_command = false;
  bool operator==(const ActionPart&) const = default;
};

// Without gaps: the parts put together are `action`. Pure.
[[nodiscard]] std::vector<ActionPart> parts_of(std::string_view action);

}  // namespace clawvigil::web
