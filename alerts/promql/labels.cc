#include "alerts/promql/labels.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "alerts/promql/literal.h"

namespace clawvigil::promql {

struct Labels::Data {
  std::vector<Label> labels;  // sorted by name
  std::uint64_t hash = 0;
};

namespace {

std::uint64_t combine(std::uint64_t seed, std::string_view text) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  return (seed ^ std::hash<std::string_view>{}(text)) * kOdd + (seed >> 29U);
}

std::uint64_t hash_of(const std::vector<Label>& labels) {
  std::uint64_t hash = labels.size();
  for (const Label& label : labels) hash = combine(combine(hash, label.name), label.value);
  return hash;
}

}  // namespace

Labels::Labels() = default;

Labels::Labels(std::vector<Label> labels) {
  std::erase_if(labels, [](const Label& label) { return label.value.empty(); });
  if (labels.empty()) return;
  if (!std::ranges::is_sorted(labels, {}, &Label::name)) {
    std::ranges::sort(labels, {}, &Label::name);
  }
  const std::uint64_t hash = hash_of(labels);
  data_ = std::make_shared<const Data>(Data{std::move(labels), hash});
}

std::span<const Label> Labels::all() const {
  if (data_ == nullptr) return {};
  return data_->labels;
}

std::string_view Labels::get(std::string_view name) const {
  for (const Label& label : all()) {
    if (label.name == name) return label.value;
  }
  return {};
}

Labels Labels::with(std::string_view name, std::string_view value) const {
  if (get(name) == value) return *this;
  std::vector<Label> changed;
  changed.reserve(all().size() + 1);
  for (const Label& label : all()) {
    if (label.name != name) changed.push_back(label);
  }
  if (!value.empty()) changed.push_back({std::string(name), std::string(value)});
  return Labels(std::move(changed));
}

std::uint64_t Labels::hash() const { return data_ == nullptr ? 0 : data_->hash; }

std::string Labels::to_string() const {
  std::string text;
  std::string inside;
  for (const Label& label : all()) {
    if (label.name == kMetricName && is_metric_name(label.value)) {
      text = label.value;
      continue;
    }
    if (!inside.empty()) inside += ", ";
    inside += is_label_name(label.name) ? label.name : quote(label.name);
    inside += '=' + quote(label.value);
  }
  if (!inside.empty() || text.empty()) text += '{' + inside + '}';
  return text;
}

bool operator==(const Labels& a, const Labels& b) {
  if (a.data_ == b.data_) return true;
  if (a.data_ == nullptr || b.data_ == nullptr || a.data_->hash != b.data_->hash) return false;
  return a.data_->labels == b.data_->labels;
}

}  // namespace clawvigil::promql
