#include "exporter/cli/amount_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace clawvigil::cli {

namespace {

std::string decimals(double value, int digits) {
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<std::size_t>(size)};
}

// Commas between thousands of the digits before the point.
std::string grouped(std::string text) {
  constexpr std::size_t kGroup = 3;
  std::size_t at = std::min(text.find('.'), text.size());
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  while (at > first + kGroup) {
    at -= kGroup;
    text.insert(at, 1, ',');
  }
  return text;
}

}  // namespace

std::string usd_text(double usd) {
  constexpr double kHalfCent = 0.005;
  constexpr double kWhole = 999'999.995;
  if (usd > 0 && usd < kHalfCent) return "<$0.01";
  return "$" + grouped(decimals(usd, std::abs(usd) >= kWhole ? 0 : 2));
}

std::string count_text(std::int64_t count) {
  constexpr double kThousand = 1000;
  auto value = static_cast<double>(count);
  if (std::abs(value) < kThousand) return std::to_string(count);
  static constexpr std::array kUnits{"k", "M", "B", "T", "P", "E"};
  std::size_t unit = 0;
  value /= kThousand;
  // What would be rounded up to a thousand is one of the next unit.
  constexpr double kRounded = 999.5;
  while (std::abs(value) >= kRounded && unit + 1 < kUnits.size()) {
    value /= kThousand;
    ++unit;
  }
  const double size = std::abs(value);
  const int digits = size >= 99.95 ? 0 : (size >= 9.995 ? 1 : 2);
  return decimals(value, digits) + kUnits.at(unit);
}

std::string whole_text(std::int64_t count) { return grouped(std::to_string(count)); }

std::string share_text(double part, double whole) {
  if (!(whole > 0)) return "";
  constexpr double kHundred = 100;
  const double percent = part / whole * kHundred;
  if (percent > 0 && percent < 0.5) return "<1 %";
  return decimals(percent, 0) + " %";
}

}  // namespace clawvigil::cli
