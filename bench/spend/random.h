#pragma once
// Random numbers that are the same on every machine: xoshiro256** seeded by splitmix64, and
// distributions made with plain arithmetic only (the standard library's distributions, and libm's
// exp and log, differ between implementations).
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace clawvigil::spend_world {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  // A stream of its own: what is drawn from it changes nothing that is drawn from another.
  [[nodiscard]] Random stream(std::string_view name, std::int64_t index = 0) const;

  std::uint64_t next();
  double uniform();  // [0, 1)
  double uniform(double from, double to);
  // Both ends included; `from` where there is nothing between.
  std::int64_t whole(std::int64_t from, std::int64_t to);
  bool chance(double probability);
  double normal();
  double log_normal(double median, double sigma);
  double log_uniform(double from, double to);
  double exponential(double mean);
  int poisson(double mean);
  // An index, drawn in proportion to the weights; their sum is above zero.
  std::size_t pick(std::span<const double> weights);

 private:
  std::uint64_t seed_;
  std::array<std::uint64_t, 4> state_{};
};

double exp_of(double x);
double log_of(double x);  // x > 0

}  // namespace clawvigil::spend_world
