// Order of Debian package versions: [epoch:]upstream[-revision], by deb-version(7).
//
//   1.0~rc1-1 < 1.0-1 < 1.0-1+deb12u1 < 1.0+dfsg-1 < 1:0.9-1
#pragma once

#include <string_view>

namespace clawvigil::parse {

// Below 0, 0 or above 0 as `a` is older than, equal to or newer than `b`. Any text is accepted;
// what is no version is ordered by the same rules. Pure; linear in the lengths.
[[nodiscard]] int compare_debian_versions(std::string_view a, std::string_view b);

}  // namespace clawvigil::parse
