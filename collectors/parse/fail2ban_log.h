// The lines of fail2ban's log that count: a failure it found, a ban it made. Bans restored after a
// restart ("Restore Ban") and repeated ones ("already banned", "Increase Ban") are none.
//
//   2026-11-22 07:57:42,470 fail2ban.filter         [4196]: INFO    [sshd] Found 198.51.100.1 -
//   2026-… 2026-11-22 07:57:42,668 fail2ban.actions        [4196]: NOTICE  [sshd] Ban 198.51.100.1
#pragma once

#include <optional>
#include <string_view>

namespace clawvigil {

struct Fail2banEvent {
  enum class Kind { failure, ban };
  Kind kind;
  std::string_view jail;  // a view into the line
};

// One line without its '\n'. Pure. What follows the jail (an address, or whatever a filter takes
// for one) is never looked at.
[[nodiscard]] std::optional<Fail2banEvent> parse_fail2ban_line(std::string_view line);

}  // namespace clawvigil
