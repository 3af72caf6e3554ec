// A quantity that only grows: what it was at the end of each time in which it grew, evenly. Pure.
#pragma once

#include <cstdint>
#include <vector>

namespace clawvigil::usage {

class Curve {
 public:
  // Minutes since the epoch. Times ascend and do not overlap; of the same one, amounts add up.
  void add(std::int64_t begin, std::int64_t minutes, double amount);
  // What it was at a time, in milliseconds since the epoch.
  [[nodiscard]] double at(std::int64_t time_ms) const;
  [[nodiscard]] bool begun(std::int64_t time_ms) const;

 private:
  struct Piece {
    std::int32_t begin;
    std::int32_t minutes;
    double before;  // total when it began
    double amount;
  };
  std::vector<Piece> pieces_;
};

}  // namespace clawvigil::usage
