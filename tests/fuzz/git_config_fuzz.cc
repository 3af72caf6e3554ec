// A git configuration file, and the URLs in it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/parse/git_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = clawvigil::parse::parse_git_config(text);
  if (config.emails.size() > clawvigil::parse::GitConfig::kMaxEmails) __builtin_trap();
  if (config.remotes.size() > clawvigil::parse::GitConfig::kMaxRemotes) __builtin_trap();
  static_cast<void>(clawvigil::parse::remote_host_of(text));
  return 0;
}
