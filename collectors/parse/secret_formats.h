// The formats in which providers issue credentials, as they document them or issue them today:
//
//   sk-ant-api03-<93 characters>AA       ghp_<30 characters><6: CRC-32 of them in base 62>
//   8123456789:AA<33 characters>         eyJ….eyJ….<signature>
//
// Every function looks at one place of `text` and answers with what is there, or nothing. Pure; no
// bytes beyond a few hundred around the place are looked at, but for a key or token that is longer.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "collectors/parse/secret_patterns.h"

namespace clawvigil::secret_formats {

struct Found {
  SecretRule rule;
  std::size_t begin;
  std::size_t end;
};

// [begin, end) is a whole run of letters, digits, '_' and '-'.
[[nodiscard]] std::optional<Found> at_run(std::string_view text, std::size_t begin,
                                          std::size_t end);
// A telegram bot token around the ':' at `colon`.
[[nodiscard]] std::optional<Found> at_colon(std::string_view text, std::size_t colon);
// scheme://user:password@host; `colon` is the one before "//". Found is the password.
[[nodiscard]] std::optional<Found> at_scheme(std::string_view text, std::size_t colon);
// -----BEGIN … PRIVATE KEY----- with a key after it. Found is that line.
[[nodiscard]] std::optional<Found> at_dashes(std::string_view text, std::size_t dash);

}  // namespace clawvigil::secret_formats
