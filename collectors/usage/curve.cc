#include "collectors/usage/curve.h"

#include <algorithm>

namespace clawvigil::usage {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;

}  // namespace

void Curve::add(std::int64_t begin, std::int64_t minutes, double amount) {
  if (!pieces_.empty() && pieces_.back().begin == begin) {
    pieces_.back().amount += amount;
    return;
  }
  const double before = pieces_.empty() ? 0 : pieces_.back().before + pieces_.back().amount;
  pieces_.push_back(
      {static_cast<std::int32_t>(begin), static_cast<std::int32_t>(minutes), before, amount});
}

bool Curve::begun(std::int64_t time_ms) const {
  return !pieces_.empty() && time_ms >= pieces_.front().begin * kMinuteMs;
}

double Curve::at(std::int64_t time_ms) const {
  const auto after = std::ranges::upper_bound(pieces_, time_ms / kMinuteMs, {}, &Piece::begin);
  if (after == pieces_.begin()) return 0;
  const Piece& piece = *std::prev(after);
  const double part = static_cast<double>(time_ms - piece.begin * kMinuteMs) /
                      static_cast<double>(piece.minutes * kMinuteMs);
  return piece.before + piece.amount * std::clamp(part, 0.0, 1.0);
}

}  // namespace clawvigil::usage
