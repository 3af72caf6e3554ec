#include "alerts/engine/duration.h"

#include <array>
#include <charconv>
#include <limits>

namespace clawvigil::alerts {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
  bool in_result;  // Prometheus writes "90d", never "3M"; and "1y" or "1w" only when exact
};

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::array kUnits{
    Unit{"y", 365 * kDay, true}, Unit{"w", 7 * kDay, true},      Unit{"d", kDay, false},
    Unit{"h", kHour, false},     Unit{"m", 60 * kSecond, false}, Unit{"s", kSecond, false},
    Unit{"ms", 1, false}};
constexpr std::int64_t kMaxMilliseconds = std::numeric_limits<std::int64_t>::max() / 1'000'000;

std::size_t digits_of(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos ? text.size() : end;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration{};
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t next_unit = 0;  // units must come in this order
  while (!text.empty()) {
    const std::size_t digits = digits_of(text);
    std::int64_t count = 0;
    const char* const first = text.data();
    const char* const last = first + digits;
    const auto [stop, error] = std::from_chars(first, last, count);
    if (digits == 0 || error != std::errc{} || stop != last) return std::nullopt;
    text.remove_prefix(digits);
    const std::size_t name_length = std::min(text.find_first_of("0123456789"), text.size());
    const std::string_view name = text.substr(0, name_length);
    std::size_t unit = next_unit;
    while (unit < kUnits.size() && kUnits[unit].name != name) ++unit;
    if (unit == kUnits.size()) return std::nullopt;
    const std::int64_t scale = kUnits[unit].milliseconds;
    if (count > (kMaxMilliseconds - total) / scale) return std::nullopt;
    total += count * scale;
    next_unit = unit + 1;
    text.remove_prefix(name_length);
  }
  return std::chrono::milliseconds(total);
}

std::string format_duration(Duration duration) {
  std::int64_t rest = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  if (rest <= 0) return "0s";
  std::string text;
  for (const Unit& unit : kUnits) {
    if (unit.in_result && rest % unit.milliseconds != 0) continue;
    if (rest < unit.milliseconds) continue;
    text += std::to_string(rest / unit.milliseconds);
    text += unit.name;
    rest %= unit.milliseconds;
  }
  return text;
}

}  // namespace clawvigil::alerts
