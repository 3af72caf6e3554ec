// HMAC-SHA-256 (RFC 2104), by libgcrypt. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace clawvigil {

using HmacDigest = std::array<unsigned char, 32>;

// Of the concatenation of `parts`; the library keeps no copy of the key. Ends the program when
// libgcrypt has no SHA-256, which no build of it lacks.
[[nodiscard]] HmacDigest hmac_sha256(std::string_view key,
                                     std::initializer_list<std::string_view> parts);

}  // namespace clawvigil
