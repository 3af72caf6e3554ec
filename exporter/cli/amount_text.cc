#include "exporter/cli/amount_text.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "exporter/base/thousands.h"

namespace clawvigil::cli {

namespace {

std::string decimals(double value, int digits) {
  std::array<char, 352> text{};  // the largest has 309 digits before the point
  const int size = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::string usd_text(double usd) {
  constexpr double kHalfCent = 0.005;
  constexpr double kWhole = 999'999.995;
  if (usd > 0 && usd < kHalfCent) return "<$0.01";
  return "$" + with_thousands(decimals(usd, std::abs(usd) >= kWhole ? 0 : 2));
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

std::string whole_text(std::int64_t count) { return with_thousands(std::to_string(count)); }

std::string share_text(double part, double whole) {
  if (!(whole > 0)) return "";
  constexpr double kHundred = 100;
  const double percent = part / whole * kHundred;
  if (percent > 0 && percent < 0.5) return "<1 %";
  return decimals(percent, 0) + " %";
}

}  // namespace clawvigil::cli
