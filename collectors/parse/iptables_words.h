// The words of a line of iptables-save: split at blanks, quotes and backslashes resolved.
//
//   -A INPUT -m comment --comment "the \"web\"" -j ACCEPT
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::firewall {

inline constexpr std::size_t kMaxWords = 256;  // more are left out

[[nodiscard]] std::vector<std::string> iptables_words(std::string_view line);

}  // namespace clawvigil::firewall
