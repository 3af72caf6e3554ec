// Patterns in which '*' stands for any characters and '?' for one, as in sshd_config and sudoers.
#pragma once

#include <string_view>

namespace clawvigil {

// The whole text must match. Linear in the text times the pattern at worst.
[[nodiscard]] bool matches_pattern(std::string_view text, std::string_view pattern);

}  // namespace clawvigil
