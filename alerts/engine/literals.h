// Numbers in expressions and constants in templates, found as text.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace clawvigil::alerts {

using Replacements = std::map<std::string, std::string>;  // spelling to new spelling

// Number literals of a PromQL expression; never within another number, a name, a string, a comment
// or the brackets of a range.
[[nodiscard]] std::string replace_numbers(std::string_view expression,
                                          const Replacements& replacements);

// String constants in the actions of a template: {{ "604800" | humanizeDuration }}. Their quotes
// may be escaped, as in a YAML scalar in double quotes. A number within a query is no constant:
// {{ with printf "topk(1, x{home=%q} > %s)" $labels.home "5" | query }} names it as one.
[[nodiscard]] std::string replace_constants(std::string_view text,
                                            const Replacements& replacements);

// True if `word` stands in the expression outside of strings and comments.
[[nodiscard]] bool has_word(std::string_view expression, std::string_view word);

}  // namespace clawvigil::alerts
