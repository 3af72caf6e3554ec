// name = value, where the name says "secret" and the value looks random.
//
//   export STRIPE_API_KEY=9f2c…        "clientSecret": "vQ8~…"        **Passwort:** Kx9#mP2$vL
//
// The name ends in one of a closed list of words (api key, secret, token, password and what other
// languages call it), written in any case, with or without '_', '-' or a blank. The value is
//  - 16 and more characters of a token: letters of both cases and digits, or letters of one case
//    and digits without words, or at least 32 hexadecimal digits, but no UUID; or
//  - of passwords also 8 and more characters with letters, digits and something else.
// What is code (a call, a variable), a placeholder or a reference is no value.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "collectors/parse/secret_patterns.h"

namespace clawvigil::secret_assignment {

// How much a name promises.
enum class Name { ordinary, token, password, aws_secret };

struct Value {
  Name name = Name::ordinary;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool quoted = false;
};

// The value assigned by the '=' or ':' at `separator`; nullopt if the name to its left promises
// nothing or there is no value on this line. Looks at most 64 bytes back and 512 ahead.
[[nodiscard]] std::optional<Value> value_at(std::string_view text, std::size_t separator);

// The value that the run [begin, end) is for a word before it: `Bearer <run>`, `--token <run>`.
[[nodiscard]] std::optional<Value> value_after_word(std::string_view text, std::size_t begin,
                                                    std::size_t end);

// What rule the value breaks, if it looks like a secret.
[[nodiscard]] std::optional<SecretRule> judge(std::string_view text, const Value& value);

}  // namespace clawvigil::secret_assignment
