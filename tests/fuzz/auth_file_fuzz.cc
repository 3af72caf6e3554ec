// The file of --web.config.file: it is understood or refused in one short line that shows no hash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/strings.h"
#include "exporter/web/auth.h"
#include "tests/support/manual_clock.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const clawvigil::test::ManualClock clock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto auth = clawvigil::web::BasicAuth::parse(text, clock);
  if (auth) return 0;
  constexpr std::size_t kLongest = 512;
  const std::string_view message = auth.error().message;
  if (message.size() > kLongest || !clawvigil::is_valid_utf8(message)) std::abort();
  return 0;
}
