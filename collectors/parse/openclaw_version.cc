#include "collectors/parse/openclaw_version.h"

#include <charconv>
#include <system_error>

namespace clawvigil {

std::optional<OpenClawVersion> parse_openclaw_version(std::string_view text) {
  OpenClawVersion version;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (int* const part : {&version.year, &version.month, &version.patch}) {
    if (part != &version.year) {
      if (at == end || *at != '.') return std::nullopt;
      ++at;
    }
    const auto [next, error] = std::from_chars(at, end, *part);
    if (error != std::errc{} || *part < 0) return std::nullopt;
    at = next;
  }
  return version;
}

}  // namespace clawvigil
