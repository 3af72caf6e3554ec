// Text in lines of a terminal's width. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::cli {

// `text` in lines of at most `columns`, broken at spaces; several spaces count as one. A longer
// word has a line of its own: what is ASCII stays whole, so that paths and addresses can be copied,
// other scripts, which may know no spaces, are broken. At least one line, without newlines.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

}  // namespace clawvigil::cli
