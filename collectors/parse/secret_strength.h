// What counts as a weak shared secret. A documented definition, not a threshold: rules only ask
// whether a secret is weak.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "exporter/base/secret.h"

namespace clawvigil {

inline constexpr std::size_t kMinSecretCharacters = 24;
inline constexpr std::size_t kMinDistinctCharacters = 8;

// True if `secret`, without surrounding blanks,
//  - has fewer than kMinSecretCharacters bytes, or
//  - is or begins with a word documentation and tools put where a secret should go ("changeme",
//    "undefined", "your-…", …; letters compared without case, `-`, `_` and blanks ignored), or
//  - has fewer than kMinDistinctCharacters different bytes, or is one short text repeated.
// Reuse for two purposes is for the caller to see (same_secret). Pure; keeps nothing.
[[nodiscard]] bool is_weak_secret(const Secret& secret);

// Equal and not empty, surrounding blanks ignored.
[[nodiscard]] bool same_secret(const Secret& a, const Secret& b);

}  // namespace clawvigil
