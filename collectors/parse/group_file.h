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

}  // namespace clawvigil::parse
