// What tells who somebody is: status of a process, groups, sessions, last logins.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/group_file.h"
#include "collectors/parse/logins.h"
#include "collectors/parse/proc_status.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto status = clawvigil::parse::parse_proc_status(text)) {
    if (status->groups.empty() || status->groups.size() > 65'537) std::abort();
    if (status->name.find('\n') != std::string::npos) std::abort();
  }
  for (const auto& group : clawvigil::parse::parse_group_file(text)) {
    if (group.name.empty() || group.name.find_first_of(":\n") != std::string::npos) std::abort();
  }
  const auto user = clawvigil::parse::session_user(text);
  if (user && text.find("UID=") == std::string_view::npos) std::abort();
  const auto time = clawvigil::parse::lastlog_time(text);
  if (time && text.size() != clawvigil::parse::kLastlogRecord) std::abort();
  return 0;
}
