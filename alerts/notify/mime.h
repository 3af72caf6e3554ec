// What a mail consists of, for text in UTF-8 (RFC 5322, 2045, 2047). Pure; fuzzed.
#pragma once

#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil::notify {

// A header value: as it is when printable ASCII, else encoded words of at most 75 characters, never
// splitting a character, folded. Line ends and control characters cannot get through.
[[nodiscard]] std::string header_value(std::string_view text);
// A body in quoted-printable: lines of at most 76 characters, CRLF.
[[nodiscard]] std::string quoted_printable(std::string_view text);
// "Sun, 22 Nov 2026 00:00:00 +0000"
[[nodiscard]] std::string mail_date(SystemTime time);

}  // namespace clawvigil::notify
