#include "alerts/promql/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace clawvigil::promql {

double quantile(double q, std::vector<double> values) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (values.empty() || std::isnan(q)) return std::numeric_limits<double>::quiet_NaN();
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  std::ranges::sort(values, [](double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && !std::isnan(b);
    return a < b;
  });
  const auto count = static_cast<double>(values.size());
  const double rank = q * (count - 1);
  const double lower = std::max(0.0, std::floor(rank));
  const double upper = std::min(count - 1, lower + 1);
  const double weight = rank - std::floor(rank);
  return values[static_cast<std::size_t>(lower)] * (1 - weight) +
         values[static_cast<std::size_t>(upper)] * weight;
}

bool before(double a, double b, bool descending) {
  if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
  return descending ? a > b : a < b;
}

bool TopK::worse(const Sample& a, const Sample& b) const {
  return before(b.value, a.value, greatest_);
}

void TopK::add(const Sample& sample) {
  if (heap_.size() < k_) {
    heap_.push_back(sample);
    sift_up(heap_.size() - 1);
  } else if (!heap_.empty() && worse(heap_.front(), sample)) {
    heap_.front() = sample;
    sift_down(0);
  }
}

void TopK::sift_up(std::size_t place) {
  while (place > 0) {
    const std::size_t parent = (place - 1) / 2;
    if (!worse(heap_[place], heap_[parent])) return;
    std::swap(heap_[place], heap_[parent]);
    place = parent;
  }
}

void TopK::sift_down(std::size_t place) {
  while (true) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) return;
    if (child + 1 < heap_.size() && worse(heap_[child + 1], heap_[child])) ++child;
    if (!worse(heap_[child], heap_[place])) return;
    std::swap(heap_[place], heap_[child]);
    place = child;
  }
}

Samples TopK::take() {
  Samples best = std::exchange(heap_, {});
  std::ranges::stable_sort(best, [&](const Sample& a, const Sample& b) { return worse(b, a); });
  return best;
}

}  // namespace clawvigil::promql
