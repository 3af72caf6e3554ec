// Labels: the identity of a series, name included (as the label __name__). Immutable, sorted by
// label name, cheap to copy (one reference count), any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::promql {

inline constexpr std::string_view kMetricName = "__name__";

struct Label {
  std::string name;
  std::string value;
  friend auto operator<=>(const Label&, const Label&) = default;
};

class Labels {
 public:
  Labels();  // the empty set; no allocation
  // Sorts; labels with an empty value are left out (Prometheus treats them as absent). Names must
  // be unique.
  explicit Labels(std::vector<Label> labels);

  [[nodiscard]] std::span<const Label> all() const;
  // "" when there is no such label.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  // The same labels but for one; an empty value removes it.
  [[nodiscard]] Labels with(std::string_view name, std::string_view value) const;
  [[nodiscard]] std::uint64_t hash() const;  // computed once; stable within a process only
  // {__name__="up", job="x"} is shown as up{job="x"}; values escaped as in PromQL.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Labels& a, const Labels& b);

 private:
  struct Data;
  std::shared_ptr<const Data> data_;
};

}  // namespace clawvigil::promql
