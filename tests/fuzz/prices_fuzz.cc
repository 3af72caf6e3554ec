// Price lists: any bytes give a list within its bounds or at least one printable problem.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/usage/prices.h"
#include "exporter/base/strings.h"
#include "exporter/config/prices.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  const auto list = config::read_prices({reinterpret_cast<const char*>(data), size});
  if (!list) {
    if (list.error().empty()) std::abort();
    for (const auto& problem : list.error()) {
      const std::string line = config::to_string("f", problem);
      if (!is_valid_utf8(line) || line.find('\n') != std::string::npos) std::abort();
    }
    return 0;
  }
  if (list->entries.size() > config::kMaxPrices) std::abort();
  usage::PriceBook book({}, {}, *list);
  constexpr std::int64_t kTime = 4'000'000'000'000;  // later than most dates
  for (const PriceEntry& entry : list->entries) {
    const auto price = book.find(entry.provider, entry.model, kTime, {entry.above + 1, 0, 0, 0});
    if (price && (price->input < 0 || price->output < 0)) std::abort();
  }
  return 0;
}
