// Words and commands for a terminal: words are wrapped, a command that stands by itself has a line
// of its own and is never broken, so that it can be copied as it is:
//
//     As claw:
//       openclaw config set gateway.bind loopback && openclaw gateway restart
//     Then check:
//       ss -tlnp
//
// A command in the middle of a sentence stays there. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "alerts/engine/action.h"
#include "exporter/cli/terminal.h"

namespace clawvigil::cli {

struct Place {
  std::size_t margin = 0;    // spaces before every line
  std::size_t columns = 80;  // of the whole line
  Style style{false};
};

// Lines, each ended by a newline; "" for no parts.
[[nodiscard]] std::string instructions(const std::vector<alerts::ActionPart>& parts,
                                       const Place& place);

// Words alone, in a colour.
[[nodiscard]] std::string paragraph(std::string_view text, const Place& place,
                                    Style::Colour colour = Style::Colour::plain);

}  // namespace clawvigil::cli
