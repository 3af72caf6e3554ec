#include "bench/spend/random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>

namespace clawvigil::spend_world {
namespace {

std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

}  // namespace

double exp_of(double x) {
  const double power = std::floor(x / std::numbers::ln2 + 0.5);
  const double rest = x - power * std::numbers::ln2;
  double sum = 1;
  double term = 1;
  for (int n = 1; n <= 18; ++n) {
    term *= rest / n;
    sum += term;
  }
  return std::ldexp(sum, static_cast<int>(power));
}

double log_of(double x) {
  int power = 0;
  const double mantissa = std::frexp(x, &power);
  const double ratio = (mantissa - 1) / (mantissa + 1);
  double sum = 0;
  double term = ratio;
  for (int n = 1; n <= 61; n += 2) {
    sum += term / n;
    term *= ratio * ratio;
  }
  return 2 * sum + power * std::numbers::ln2;
}

Random::Random(std::uint64_t seed) : seed_(seed) {
  for (auto& word : state_) word = split_mix(seed);
}

Random Random::stream(std::string_view name, std::int64_t index) const {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  std::uint64_t mixed = seed_ ^ hash;
  mixed = split_mix(mixed) ^ static_cast<std::uint64_t>(index);
  return Random(split_mix(mixed));
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::uniform() { return std::ldexp(static_cast<double>(next() >> 11U), -53); }

double Random::uniform(double from, double to) { return from + (to - from) * uniform(); }

std::int64_t Random::whole(std::int64_t from, std::int64_t to) {
  const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(1, to - from + 1));
  return from + static_cast<std::int64_t>(next() % count);
}

bool Random::chance(double probability) { return uniform() < probability; }

// Marsaglia's polar method.
double Random::normal() {
  for (;;) {
    const double x = uniform(-1, 1);
    const double y = uniform(-1, 1);
    const double square = x * x + y * y;
    if (square > 0 && square < 1) return x * std::sqrt(-2 * log_of(square) / square);
  }
}

double Random::log_normal(double median, double sigma) { return median * exp_of(sigma * normal()); }

double Random::log_uniform(double from, double to) {
  return from * exp_of(uniform() * log_of(to / from));
}

double Random::exponential(double mean) { return -mean * log_of(1 - uniform()); }

int Random::poisson(double mean) {
  int count = 0;
  double left = mean - exponential(1);
  while (left > 0) {
    left -= exponential(1);
    ++count;
  }
  return count;
}

std::size_t Random::pick(std::span<const double> weights) {
  double left = uniform() * std::reduce(weights.begin(), weights.end());
  std::size_t index = 0;
  while (index + 1 < weights.size() && (left -= weights[index]) >= 0) ++index;
  return index;
}

}  // namespace clawvigil::spend_world
