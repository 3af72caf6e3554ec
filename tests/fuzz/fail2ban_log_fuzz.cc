// An event names a jail that stands between brackets in the line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/fail2ban_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto event = clawvigil::parse_fail2ban_line(line);
  if (!event) return 0;
  if (event->jail.empty() || event->jail.data() <= line.data() ||
      event->jail.data() + event->jail.size() >= line.data() + size ||
      event->jail.find(']') != std::string_view::npos) {
    std::abort();
  }
  return 0;
}
