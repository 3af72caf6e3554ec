// Matchers of silences: what is read is written so that it is read as the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "alerts/notify/silences.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil::notify;
  const auto matcher = parse_matcher({reinterpret_cast<const char*>(data), size});
  if (!matcher) return 0;
  const auto again = parse_matcher(to_string(*matcher));
  if (!again) return 0;  // longer than a matcher may be, by its escapes
  if (again->name() != matcher->name() || again->value() != matcher->value() ||
      again->kind() != matcher->kind()) {
    std::abort();
  }
  return 0;
}
