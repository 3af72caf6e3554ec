#include "alerts/engine/go_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace clawvigil::alerts::go {

namespace {

constexpr int kSignificant = 4;            // of all humanize functions
constexpr int kMaxPrecision = 99;          // longer ones would only print zeros
constexpr std::size_t kBufferBytes = 512;  // 309 digits, the precision and more

std::optional<std::string> not_finite(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return std::nullopt;
}

std::string four_digits(double value) { return with_precision(value, 'g', kSignificant); }

// For 0.0042 s: "4.2ms"; `unit` follows the prefix.
std::string with_small_prefix(double value, std::string_view unit) {
  std::string_view prefix;
  for (const std::string_view next : {"m", "u", "n", "p", "f", "a", "z", "y"}) {
    if (std::abs(value) >= 1) break;
    prefix = next;
    value *= 1000;
  }
  return four_digits(value) + std::string(prefix) + std::string(unit);
}

std::string with_large_prefix(double value, double base,
                              const std::array<std::string_view, 8>& prefixes) {
  std::string_view prefix;
  for (const std::string_view next : prefixes) {
    if (std::abs(value) < base) break;
    prefix = next;
    value /= base;
  }
  return four_digits(value) + std::string(prefix);
}

}  // namespace

std::string shortest(double value) {
  if (const auto special = not_finite(value)) return *special;
  std::array<char, kBufferBytes> buffer{};
  // Go's threshold for the shortest form is fixed: 100000, but 1e+06 and 1.234567e+06.
  char* const end = buffer.data() + buffer.size();
  char* const scientific =
      std::to_chars(buffer.data(), end, value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(scientific - buffer.data()));
  // "e-05" or "e+05"
  const std::size_t letter = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + letter + 2, scientific, exponent);
  if (text[letter + 1] == '-') exponent = -exponent;
  constexpr int kLeast = -4;
  constexpr int kMost = 6;
  if (exponent < kLeast || exponent >= kMost) return std::string(text);
  char* const fixed = std::to_chars(buffer.data(), end, value, std::chars_format::fixed).ptr;
  return {buffer.data(), fixed};
}

std::string plain(double value) {
  std::array<char, kBufferBytes> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return {buffer.data(), end.ptr};
}

std::string with_precision(double value, char verb, int precision) {
  if (const auto special = not_finite(value)) return *special;
  if (verb == 'g' && precision < 0) return shortest(value);
  constexpr int kDefaultPrecision = 6;
  if (precision < 0) precision = kDefaultPrecision;
  const std::string format = std::string("%.*") + verb;
  std::array<char, kBufferBytes> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), format.c_str(),
                                   std::min(precision, kMaxPrecision), value);
  return {buffer.data(), static_cast<std::size_t>(length)};
}

std::optional<double> parse_float(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('+') || text.empty()) return std::nullopt;
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string humanize(double value) {
  if (value == 0 || !std::isfinite(value)) return four_digits(value);
  if (std::abs(value) < 1) return with_small_prefix(value, "");
  return with_large_prefix(value, 1000, {"k", "M", "G", "T", "P", "E", "Z", "Y"});
}

std::string humanize1024(double value) {
  if (std::abs(value) <= 1 || !std::isfinite(value)) return four_digits(value);
  return with_large_prefix(value, 1024, {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"});
}

std::string humanize_duration(double seconds) {
  if (!std::isfinite(seconds)) return four_digits(seconds);
  if (seconds == 0) return "0s";
  if (std::abs(seconds) < 1) return with_small_prefix(seconds, "s");
  const std::string sign = seconds < 0 ? "-" : "";
  const double positive = std::abs(seconds);
  constexpr double kMost = 9.2e18;
  const auto whole = static_cast<std::int64_t>(std::min(positive, kMost));
  const std::chrono::seconds duration(whole);
  const auto days = std::chrono::floor<std::chrono::days>(duration);
  const std::chrono::hh_mm_ss clock(duration - days);
  std::string text = std::to_string(clock.seconds().count()) + "s";
  if (whole < 60) return sign + four_digits(positive) + "s";
  text = std::to_string(clock.minutes().count()) + "m " + text;
  if (whole >= 3600) text = std::to_string(clock.hours().count()) + "h " + text;
  if (days.count() > 0) text = std::to_string(days.count()) + "d " + text;
  return sign + text;
}

std::string humanize_percentage(double ratio) { return four_digits(ratio * 100) + "%"; }

std::optional<std::string> humanize_timestamp(double seconds) {
  constexpr double kMost = 9.2e9;  // what 64 bits of nanoseconds hold
  if (!std::isfinite(seconds)) return four_digits(seconds);
  if (std::abs(seconds) > kMost) return std::nullopt;
  const auto nanoseconds = static_cast<std::int64_t>(seconds * 1e9);
  const std::chrono::sys_time<std::chrono::milliseconds> time{
      std::chrono::milliseconds(nanoseconds / 1'000'000)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, kBufferBytes> buffer{};
  const int length = std::snprintf(
      buffer.data(), buffer.size(), "%04d-%02u-%02u %02d:%02d:%02d.%03d",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  std::string text(buffer.data(), static_cast<std::size_t>(length));
  text.erase(text.find_last_not_of('0') + 1);  // Go writes no zeros at the end of a fraction
  if (text.ends_with('.')) text.pop_back();
  return text + " +0000 UTC";
}

}  // namespace clawvigil::alerts::go
