// When a JSON Web Token was issued and when it ends (RFC 7519), from its readable middle part. The
// signature is not checked: nothing is decided on what it says but an age.
//
//   eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTgwMDAwMDAwMH0.c2lnbmF0dXJl
#pragma once

#include <optional>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil {

struct TokenTimes {
  std::optional<SystemTime> issued;   // iat
  std::optional<SystemTime> expires;  // exp
};

// Nothing for what is no such token, for times outside 2000 to 2200, and beyond 16 KiB. Pure.
[[nodiscard]] TokenTimes json_web_token_times(std::string_view value);

}  // namespace clawvigil
