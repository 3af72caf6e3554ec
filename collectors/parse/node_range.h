// The field "engines" of a package.json: which versions of Node.js it runs on.
//
//   ">=22.16.0"        ">=24.16.0 <25 || >=26.1.0"
//
// The grammar of npm's semver (https://github.com/npm/node-semver), but for ranges with a hyphen.
#pragma once

#include <optional>
#include <string_view>

namespace clawvigil::parse {

// Whether `version` ("24.21.0", "v22.3.0") is in `range`. nullopt when one of them is not
// understood, or the version is a pre-release. Pure.
[[nodiscard]] std::optional<bool> is_in_node_range(std::string_view version,
                                                   std::string_view range);

}  // namespace clawvigil::parse
