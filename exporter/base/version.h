// Which build this is. The values come from cmake/Revision.cmake as definitions of version.cc only,
// so a new commit recompiles one small file.
#pragma once

#include <string_view>

namespace clawvigil {

[[nodiscard]] std::string_view version();   // "0.1.0"
[[nodiscard]] std::string_view revision();  // short git hash, or "unknown" outside a checkout
[[nodiscard]] std::string_view compiler();  // "GCC 12.2.0"

}  // namespace clawvigil
