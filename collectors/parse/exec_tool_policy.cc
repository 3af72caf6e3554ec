#include "collectors/parse/exec_tool_policy.h"

#include <algorithm>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::string_view kExec = "exec";

// `*` matches any run of characters; linear in the product of the lengths at worst.
bool matches_pattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return std::ranges::all_of(pattern.substr(p), [](char c) { return c == '*'; });
}

bool names_exec(std::string_view entry) {
  const std::string name = to_lower_ascii(trim(entry));
  return name == "bash" || name == "group:runtime" ||
         (!name.empty() && matches_pattern(name, kExec));
}

}  // namespace

bool names_exec(const ToolList& entries) {
  return std::ranges::any_of(entries, [](const std::string& entry) { return names_exec(entry); });
}

bool permits_exec(const ToolPolicy& policy) {
  if (policy.deny && names_exec(*policy.deny)) return false;
  if (!policy.allow || policy.allow->empty() || names_exec(*policy.allow)) return true;
  return policy.also_allow && names_exec(*policy.also_allow);
}

bool profile_permits_exec(std::string_view profile, const std::optional<ToolList>& also_allow) {
  if (profile != "minimal" && profile != "messaging") return true;
  return also_allow && names_exec(*also_allow);
}

}  // namespace clawvigil
