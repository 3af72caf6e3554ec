// What the daily digest tells of the repositories agents work in: how many commits by whom, and how
// many files that matter. Classes and counts only: no path, no name, no message of a commit.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::notify {

// The last 24 hours of all repositories of this host, without what is 0.
struct WorkspaceDay {
  std::map<std::string, std::uint64_t> commits;  // by author_class
  std::map<std::string, std::uint64_t> changes;  // files, by file_class

  [[nodiscard]] bool empty() const { return commits.empty() && changes.empty(); }
};

// In "en" or "fr": a title, then a line for commits and one for files. Empty when nothing happened.
// Classes this version does not know are left out.
[[nodiscard]] std::vector<std::string> workspace_lines(const WorkspaceDay& day,
                                                       std::string_view language);

}  // namespace clawvigil::notify
