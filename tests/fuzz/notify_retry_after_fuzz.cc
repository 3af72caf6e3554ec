// Retry-After: whatever a service sends, the wait is within its bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "alerts/notify/outcome.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  const SystemTime now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);
  const auto wait = notify::parse_retry_after({reinterpret_cast<const char*>(data), size}, now);
  if (wait && (*wait < Duration(0) || *wait > notify::kMaxRetryAfter)) std::abort();
  return 0;
}
