// What to do about an alert, as its annotation `action` says it: words, with the commands between
// backquotes, as in Markdown:
//
//   As claw: `openclaw config set gateway.bind loopback && openclaw gateway restart`. Then check:
//   `ss -tlnp`
//
// Labels stand in it, and what a label says may come from the agent: commands that a name with
// unusual characters is part of are words like others, so that nobody copies them unread. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::alerts {

struct ActionPart {
  bool command = false;
  std::string text;  // without the backquotes
  friend bool operator==(const ActionPart&, const ActionPart&) = default;
};

// In the order of the text. One without backquotes is a command as a whole, or words if it begins
// as a sentence does, with a capital letter. `values`: those of the
// labels; if the text holds one with characters that mean something to a shell, it is all words,
// and so it is if its backquotes do not come in pairs.
[[nodiscard]] std::vector<ActionPart> action_parts(std::string_view action,
                                                   std::span<const std::string> values);

// True if a shell and the program it starts take `value` for a name as it stands: letters, digits
// and ._/:@%+=,- but no - in front.
[[nodiscard]] bool is_plain_word(std::string_view value);

}  // namespace clawvigil::alerts
