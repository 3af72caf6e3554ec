// JSON5 (https://spec.json5.org) into nlohmann::json; openclaw.json is JSON5.
//
//   // comment
//   { gateway: { port: 0x4965, auth: { token: 'abc', }, }, }
//
// No packaged C++ library reads it. The parse cases of the JSON5 project decide what is right
// (tests/unit/json5_test.cc). One deliberate leniency: any non-ASCII character that is not white
// space may stand in an unquoted key; the specification allows letters only.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil {

inline constexpr std::size_t kJson5MaxDepth = 100;

// The value of the document. Pure; the caller bounds the size of `text`.
//  - Integers that fit are std::int64_t, all other numbers double (NaN and Infinity included).
//  - Of repeated keys the last wins. "__proto__" is a key like any other.
//  - A lone UTF-16 surrogate escape becomes U+FFFD.
// Errors: parse with "line L, column C: expected …" (columns count characters from 1) for malformed
// text, text that is not UTF-8, and nesting beyond kJson5MaxDepth. Messages quote at most one
// character of the text.
[[nodiscard]] Result<nlohmann::json> parse_json5(std::string_view text);

}  // namespace clawvigil
