#include "exporter/base/duration.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace clawvigil {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
  bool shown;  // used when writing: no year or week is told where days say it better
};

constexpr std::array kUnits{
    Unit{"y", 365LL * 24 * 3600 * 1000, false},
    Unit{"w", 7LL * 24 * 3600 * 1000, false},
    Unit{"d", 24LL * 3600 * 1000, true},
    Unit{"h", 3600LL * 1000, true},
    Unit{"m", 60LL * 1000, true},
    Unit{"s", 1000, true},
    Unit{"ms", 1, true},
};
constexpr std::int64_t kMaxMilliseconds = 100 * kUnits.front().milliseconds;

// The position in kUnits of the unit `text` begins with, not before `least`.
std::optional<std::size_t> unit_at(std::string_view text, std::size_t least) {
  const std::size_t end = text.find_first_of("0123456789");
  const std::string_view name = text.substr(0, end);
  for (std::size_t i = least; i < kUnits.size(); ++i) {
    if (kUnits[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration::zero();
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t least = 0;
  while (!text.empty()) {
    std::int64_t amount = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    if (error != std::errc() || text.front() == '-') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto unit = unit_at(text, least);
    if (!unit) return std::nullopt;
    text.remove_prefix(kUnits[*unit].name.size());
    if (amount > (kMaxMilliseconds - total) / kUnits[*unit].milliseconds) return std::nullopt;
    total += amount * kUnits[*unit].milliseconds;
    least = *unit + 1;
  }
  return std::chrono::milliseconds(total);
}

std::string to_string(Duration duration) {
  std::int64_t left = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  if (left == 0) return "0s";
  std::string out = left < 0 ? "-" : "";
  left = left < 0 ? -left : left;
  for (const Unit& unit : kUnits) {
    if (!unit.shown || left < unit.milliseconds) continue;
    out += std::to_string(left / unit.milliseconds) + std::string(unit.name);
    left %= unit.milliseconds;
  }
  return out;
}

}  // namespace clawvigil
