// Summation with Neumaier's compensation, step by step as Prometheus does it.
#pragma once

#include <cmath>

namespace clawvigil::promql {

struct KahanSum {
  double sum = 0;
  double compensation = 0;

  void add(double value) {
    const double total = sum + value;
    if (std::isinf(total)) {
      compensation = 0;
    } else if (std::abs(sum) >= std::abs(value)) {
      compensation += (sum - total) + value;
    } else {
      compensation += (value - total) + sum;
    }
    sum = total;
  }
  [[nodiscard]] double value() const { return sum + compensation; }
};

// The mean: directly, until the sum would overflow; incrementally from then on.
class KahanMean {
 public:
  void add(double value) {
    ++count_;
    if (count_ == 1) {
      state_.sum = value;
      return;
    }
    if (!incremental_) {
      KahanSum next = state_;
      next.add(value);
      if (!std::isinf(next.sum)) {
        state_ = next;
        return;
      }
      incremental_ = true;
      state_.sum /= count_ - 1;
      state_.compensation /= count_ - 1;
    }
    const double kept = (count_ - 1) / count_;
    state_.sum *= kept;
    state_.compensation *= kept;
    state_.add(value / count_);
  }
  [[nodiscard]] double value() const {
    if (incremental_) return state_.value();
    return state_.sum / count_ + state_.compensation / count_;
  }

 private:
  KahanSum state_;
  double count_ = 0;
  bool incremental_ = false;
};

}  // namespace clawvigil::promql
