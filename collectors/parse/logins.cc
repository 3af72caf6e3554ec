#include "collectors/parse/logins.h"

#include <cstdint>
#include <cstring>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

std::optional<uid_t> session_user(std::string_view text) {
  std::optional<uid_t> user;
  bool person = false;
  bool terminal = false;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("UID=")) {
      if (const auto uid = parse_integer<uid_t>(line.substr(4))) user = uid;
    }
    person = person || line == "CLASS=user" || line == "CLASS=user-early";
    terminal = terminal || line == "TYPE=tty" || line == "TYPE=x11" || line == "TYPE=wayland" ||
               line == "TYPE=mir";
    if (line == "STATE=closing") return std::nullopt;
  }
  return person && terminal ? user : std::nullopt;
}

std::optional<SystemTime> lastlog_time(std::string_view record) {
  if (record.size() != kLastlogRecord) return std::nullopt;
  std::uint32_t seconds = 0;  // signed in the format, used unsigned by 64-bit systems since 2038
  std::memcpy(&seconds, record.data(), sizeof(seconds));
  if (seconds == 0) return std::nullopt;
  return SystemTime(std::chrono::seconds(seconds));
}

}  // namespace clawvigil::parse
