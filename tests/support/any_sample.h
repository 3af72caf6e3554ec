// A sample of any family, known only when the program runs: Batch::set wants a descriptor whose
// number of labels the compiler sees.
#pragma once

#include <array>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string_view>

#include "exporter/model/batch.h"

namespace clawvigil::test {

void set_labelled(Batch& batch, const MetricInfo& info, double value,
                  std::initializer_list<std::string_view> labels);
// Lets the function above in, and nothing else: an explicit instantiation may name what is private.
template <auto Setter>
struct Opened {
  friend void set_labelled(Batch& batch, const MetricInfo& info, double value,
                           std::initializer_list<std::string_view> labels) {
    (batch.*Setter)(info, value, labels);
  }
};
template struct Opened<static_cast<void (Batch::*)(
    const MetricInfo&, double, std::initializer_list<std::string_view>)>(&Batch::set_sample)>;

// `v`: one value for each label of the family, at most seven.
inline void set_any(Batch& batch, const MetricInfo& info, double value,
                    std::span<const std::string_view> v) {
  switch (v.size()) {
    case 0:
      return set_labelled(batch, info, value, {});
    case 1:
      return set_labelled(batch, info, value, {v[0]});
    case 2:
      return set_labelled(batch, info, value, {v[0], v[1]});
    case 3:
      return set_labelled(batch, info, value, {v[0], v[1], v[2]});
    case 4:
      return set_labelled(batch, info, value, {v[0], v[1], v[2], v[3]});
    case 5:
      return set_labelled(batch, info, value, {v[0], v[1], v[2], v[3], v[4]});
    case 6:
      return set_labelled(batch, info, value, {v[0], v[1], v[2], v[3], v[4], v[5]});
    case 7:
      return set_labelled(batch, info, value, {v[0], v[1], v[2], v[3], v[4], v[5], v[6]});
    default:
      throw std::invalid_argument("more labels than any family has");
  }
}

}  // namespace clawvigil::test
