// apt's configuration: whatever is read, reading it again changes no value of a plain name.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/apt_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  clawvigil::parse::AptConfig config;
  const auto read = config.read(text);
  if (!read && read.error().message.empty()) std::abort();
  const std::string dump = config.dump();
  if (!dump.empty() && !dump.ends_with("\";\n")) std::abort();
  (void)config.value("APT::Periodic::Unattended-Upgrade");
  (void)config.value(text);
  (void)clawvigil::parse::is_apt_part_name(text, "conf");
  return 0;
}
