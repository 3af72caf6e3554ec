#include "alerts/promql/grouping.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include "alerts/promql/literal.h"

namespace clawvigil::promql {
namespace {

// Lengths first: values may hold any byte.
void append(std::string& out, std::string_view text) {
  const auto length = std::bit_cast<std::array<char, 4>>(static_cast<std::uint32_t>(text.size()));
  out.append(length.data(), length.size());
  out += text;
}

bool contains(std::span<const std::string> names, std::string_view name) {
  return std::ranges::binary_search(names, name);
}

template <class Predicate>
Labels filtered(const Labels& labels, Predicate keep) {
  std::vector<Label> kept;
  for (const Label& label : labels.all()) {
    if (keep(label.name)) kept.push_back(label);
  }
  return kept.size() == labels.all().size() ? labels : Labels(std::move(kept));
}

}  // namespace

std::string signature(const Labels& labels, std::span<const std::string> names, bool keep) {
  constexpr std::size_t kUsualBytes = 160;
  std::string out;
  out.reserve(kUsualBytes);
  auto name = names.begin();
  for (const Label& label : labels.all()) {
    while (name != names.end() && *name < label.name) ++name;  // both are sorted
    const bool listed = name != names.end() && *name == label.name;
    if (listed != keep || (!keep && label.name == kMetricName)) continue;
    append(out, label.name);
    append(out, label.value);
  }
  return out;
}

Labels only(const Labels& labels, std::span<const std::string> names) {
  return filtered(labels, [&](std::string_view name) { return contains(names, name); });
}

Labels without(const Labels& labels, std::span<const std::string> names) {
  return filtered(labels, [&](std::string_view name) { return !contains(names, name); });
}

std::string in_braces(const Labels& labels) {
  std::string text = "{";
  for (const Label& label : labels.all()) {
    if (text.size() > 1) text += ", ";
    text += is_label_name(label.name) ? label.name : quote(label.name);
    text += '=' + quote(label.value);
  }
  return text + '}';
}

}  // namespace clawvigil::promql
