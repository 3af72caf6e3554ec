// Two files of one input, merged: every value expands within its bound or fails.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/fail2ban_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using clawvigil::Fail2banConfig;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Fail2banConfig config;
  static_cast<void>(Fail2banConfig::includes_of(text));
  if (!config.add(text.substr(0, size / 2)) || !config.add(text.substr(size / 2))) return 0;
  for (const auto& section : config.sections()) {
    for (const std::string_view option : {"enabled", "filter", "maxretry", "bantime"}) {
      const auto value = config.value(section, option);
      if (!value || !*value) continue;
      if ((*value)->size() > Fail2banConfig::kMaxValueBytes) std::abort();
      if (clawvigil::fail2ban_filter_name(**value).size() > (*value)->size()) std::abort();
    }
  }
  return 0;
}
