// Times as fail2ban writes them, which are arithmetic: "600", "10m", "1d12h", "1h 30m", "-1" (for
// ever), "24*60*60", "1w - 1d". Its rules, judged by `fail2ban-client --str2sec` in a test:
//
//   s sec second(s), m min minute(s), h hou hour(s), d day(s), w week(s), mo mon month(s) (a
//   twelfth of a year), y year(s) (365.25 days), and some shorter forms
//
// A unit multiplies what stands before it; numbers with only white space between are added.
#pragma once

#include <optional>
#include <string_view>

namespace clawvigil {

// Seconds, negative for "for ever"; nullopt when it is not understood or not finite. Pure; a text
// longer than 256 bytes is not understood.
[[nodiscard]] std::optional<double> fail2ban_seconds(std::string_view text);

}  // namespace clawvigil
