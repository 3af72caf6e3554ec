// Order among values: quantiles, and the k greatest or least. NaN is below every number for a
// quantile, and last in every ranking.
#pragma once

#include <cstddef>
#include <vector>

#include "alerts/promql/sample.h"

namespace clawvigil::promql {

// Interpolated; NaN for no values or q NaN, -Inf for q < 0, +Inf for q > 1.
[[nodiscard]] double quantile(double q, std::vector<double> values);

// Collects the k greatest (or least) of the samples added; ties are resolved as by the heap of
// Prometheus, so that the same samples win in the same order of arrival.
class TopK {
 public:
  TopK(std::size_t k, bool greatest) : k_(k), greatest_(greatest) {}
  void add(const Sample& sample);
  // Best first; the object is empty after it.
  [[nodiscard]] Samples take();

 private:
  // The worst is at the root.
  [[nodiscard]] bool worse(const Sample& a, const Sample& b) const;
  void sift_up(std::size_t place);
  void sift_down(std::size_t place);

  std::size_t k_;
  bool greatest_;
  Samples heap_;
};

// The order of sort() and sort_desc().
[[nodiscard]] bool before(double a, double b, bool descending);

}  // namespace clawvigil::promql
