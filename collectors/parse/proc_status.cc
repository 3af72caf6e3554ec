#include "collectors/parse/proc_status.h"

#include <charconv>

#include "collectors/parse/lines.h"

namespace clawvigil::parse {

namespace {

// The first number of `text`, which it is taken from; nullopt when there is none.
std::optional<std::uint32_t> take_number(std::string_view& text) {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return std::nullopt;
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data() + start, end, value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(last - text.data()));
  return value;
}

}  // namespace

std::optional<ProcStatus> parse_proc_status(std::string_view text) {
  constexpr std::size_t kMaxGroups = 65'536;
  const auto name = line_after(text, "Name:");
  auto uids = line_after(text, "Uid:");
  auto gids = line_after(text, "Gid:");
  if (!name || !uids || !gids) return std::nullopt;
  ProcStatus status;
  status.name = *name;
  const auto real = take_number(*uids);
  const auto effective = take_number(*uids);
  const auto real_gid = take_number(*gids);
  const auto effective_gid = take_number(*gids);
  if (!real || !effective || !real_gid || !effective_gid) return std::nullopt;
  status.real_uid = *real;
  status.effective_uid = *effective;
  status.groups.push_back(*effective_gid);
  if (auto groups = line_after(text, "Groups:")) {
    while (status.groups.size() <= kMaxGroups) {
      const auto gid = take_number(*groups);
      if (!gid) break;
      status.groups.push_back(*gid);
    }
  }
  return status;
}

}  // namespace clawvigil::parse
