#include "collectors/usage/totals.h"

#include <cmath>

namespace clawvigil::usage {

void ExactSum::add(double value) {
  const double total = sum + value;
  correction += std::abs(sum) >= std::abs(value) ? (sum - total) + value : (value - total) + sum;
  sum = total;
}

void Totals::add(const Totals& other) {
  tokens.add(other.tokens);
  requests += other.requests;
  failed += other.failed;
  unpriced_tokens += other.unpriced_tokens;
  recorded_usd.add(other.recorded_usd.sum);
  recorded_usd.add(other.recorded_usd.correction);
  estimated_usd.add(other.estimated_usd.sum);
  estimated_usd.add(other.estimated_usd.correction);
}

void Pace::add(const Pace& other) {
  usd += other.usd;
  tokens += other.tokens;
  requests += other.requests;
  failed += other.failed;
  human_turns += other.human_turns;
  gateway += other.gateway;
}

}  // namespace clawvigil::usage
