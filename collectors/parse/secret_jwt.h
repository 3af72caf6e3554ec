// JSON web tokens (RFC 7519): three parts in base64url, the first two of them JSON objects.
//
//   eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.<signature>
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clawvigil::secret_jwt {

// base64url, with or without its '=', or plain base64; nullopt for any other character.
[[nodiscard]] std::optional<std::string> decode_base64url(std::string_view text);

// Where the token whose first part is [begin, end) of `text` ends. nullopt when it is none, is not
// signed, or is meant to be public: the samples of jwt.io and of PyJWT, a Supabase "anon" key.
[[nodiscard]] std::optional<std::size_t> token_end(std::string_view text, std::size_t begin,
                                                   std::size_t end);

}  // namespace clawvigil::secret_jwt
