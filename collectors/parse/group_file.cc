#include "collectors/parse/group_file.h"

#include <algorithm>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

constexpr std::size_t kMaxGroups = 50'000;

bool parse_line(std::string_view line, Group& group) {
  const auto fields = split(line, ':');
  if (fields.size() != 4 || fields[0].empty() || fields[0].front() == '#') return false;
  const auto gid = parse_integer<gid_t>(fields[2]);
  if (!gid) return false;
  group.gid = *gid;
  group.name = fields[0];
  for (const std::string_view member : split(fields[3], ',')) {
    if (!trim(member).empty()) group.members.emplace_back(trim(member));
  }
  return true;
}

}  // namespace

std::vector<Group> parse_group_file(std::string_view text) {
  std::vector<Group> groups;
  for (const std::string_view line : split(text, '\n')) {
    Group group;
    if (groups.size() < kMaxGroups && parse_line(line, group)) groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<gid_t> groups_of(const std::vector<Group>& groups, std::string_view account) {
  std::vector<gid_t> found;
  for (const Group& group : groups) {
    if (std::ranges::find(group.members, account) != group.members.end()) {
      found.push_back(group.gid);
    }
  }
  return found;
}

}  // namespace clawvigil::parse
