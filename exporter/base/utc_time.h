// Times of UTC as text. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil {

// "2026-11-21T22:49:21.554Z", the fraction (at most nine digits) may be missing; nullopt for any
// other shape.
[[nodiscard]] std::optional<SystemTime> parse_utc_time(std::string_view text);

// "Sat, 21 Nov 2026 22:11:05 UTC" (or GMT, or +0000) as mail and HTTP write it (RFC 5322, 3.3);
// nullopt for anything else. The name of the day is not looked at.
[[nodiscard]] std::optional<SystemTime> parse_mail_date(std::string_view text);

// As strftime() writes it, at most 63 bytes: "%Y-%m-%dT%H:%M:%SZ" is "2026-11-21T22:49:21Z".
[[nodiscard]] std::string format_utc(SystemTime time, const char* format);

}  // namespace clawvigil
