#include "collectors/git/frames.h"

#include <algorithm>

#include "exporter/base/digits.h"

namespace clawvigil::git {

std::string frame_of(char kind, std::initializer_list<std::string_view> fields) {
  std::string frame(1, kind);
  for (const std::string_view field : fields) {
    if (frame.size() > 1) frame += '\0';
    frame += field;
  }
  return frame;
}

std::string_view take_field(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\0'), rest.size());
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return field;
}

std::optional<std::uint64_t> take_number(std::string_view& rest) {
  return parse_integer<std::uint64_t>(take_field(rest));
}

}  // namespace clawvigil::git
