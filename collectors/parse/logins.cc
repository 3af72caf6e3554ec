#include "collectors/parse/logins.h"

#include <charconv>
#include <cstdint>
#include <cstring>

#include "exporter/base/strings.h"

namespace clawvigil::parse {

std::optional<uid_t> session_user(std::string_view text) {
  std::optional<uid_t> user;
  bool person = false;
  bool terminal = false;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("UID=")) {
      uid_t uid = 0;
      const std::string_view number = line.substr(4);
      const char* const begin = number.data();
      const char* const end = begin + number.size();
      const auto [last, error] = std::from_chars(begin, end, uid);
      if (error == std::errc{} && last == end) user = uid;
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
