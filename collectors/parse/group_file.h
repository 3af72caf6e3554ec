// Groups of the machine: group(5).
//
//   docker:x:998:claw,alice
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::parse {

struct Group {
  std::string name;
  gid_t gid = 0;
  std::vector<std::string> members;  // without those whose primary group it is
};

// Lines that are not a group (comments, NIS includes, bad numbers) are left out; at most 50,000
// groups are taken.
[[nodiscard]] std::vector<Group> parse_group_file(std::string_view text);

// The groups that name this account as a member: without its primary one.
[[nodiscard]] std::vector<gid_t> groups_of(const std::vector<Group>& groups,
                                           std::string_view account);

}  // namespace clawvigil::parse
