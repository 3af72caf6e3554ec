// The last values of a series with a fixed step, found by the number of their slot.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace clawvigil::spend {

// Remembers `capacity` slots, rounded up to a power of two; what is older is forgotten. Memory grows
// with what was put in, up to that. Slots nothing was put into are NaN.
class Slots {
 public:
  explicit Slots(std::size_t capacity) : capacity_(std::bit_ceil(capacity)) {}

  // Values of the same slot are averaged; one for a slot already forgotten is ignored.
  void put(std::int64_t slot, double value);

  // NaN for a slot without a value, forgotten or yet to come.
  [[nodiscard]] double at(std::int64_t slot) const;

  [[nodiscard]] bool empty() const { return samples_ == 0; }
  [[nodiscard]] std::int64_t first() const { return first_; }
  [[nodiscard]] std::int64_t last() const { return last_; }
  [[nodiscard]] std::int64_t span() const { return empty() ? 0 : last_ - first_ + 1; }
  [[nodiscard]] std::size_t samples() const { return samples_; }  // ever put

 private:
  [[nodiscard]] std::size_t place(std::int64_t slot) const;
  void make_room(std::int64_t span);

  std::size_t capacity_;
  std::vector<double> ring_;
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  std::size_t samples_ = 0;
  std::size_t in_last_ = 0;  // values averaged into the last slot
};

}  // namespace clawvigil::spend
