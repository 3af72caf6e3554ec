// Functions that write labels, or order samples.
#include <algorithm>
#include <compare>
#include <utility>

#include "alerts/promql/functions_call.h"
#include "alerts/promql/ranking.h"
#include "exporter/base/digits.h"

namespace clawvigil::promql {
namespace {

void set_label(Sample& sample, std::string_view name, std::string_view value) {
  sample.labels = sample.labels.with(name, value);
  if (name == kMetricName) sample.drop_name = false;
}

// The digits, or the other characters, that `text` begins with.
std::string_view take_chunk(std::string_view& text) {
  const bool digits = is_digit(text.front());
  std::size_t length = 1;
  while (length < text.size() && is_digit(text[length]) == digits) ++length;
  const std::string_view chunk = text.substr(0, length);
  text.remove_prefix(length);
  return chunk;
}

std::strong_ordering by_digits(std::string_view a, std::string_view b) {
  const auto significant = [](std::string_view number) {
    return number.substr(std::min(number.find_first_not_of('0'), number.size() - 1));
  };
  a = significant(a);
  b = significant(b);
  return a.size() == b.size() ? a <=> b : a.size() <=> b.size();
}

// node2 before node10.
std::strong_ordering natural(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = take_chunk(a);
    const std::string_view right = take_chunk(b);
    const bool numbers = is_digit(left.front()) && is_digit(right.front());
    const std::strong_ordering order = numbers ? by_digits(left, right) : left <=> right;
    if (order != std::strong_ordering::equal) return order;
  }
  return a.size() <=> b.size();
}

Result<Outcome> sorted_by_label(Evaluator& evaluator, const CallNode& node, bool descending) {
  TRY_ASSIGN(Samples samples, evaluator.vector(*node.arguments[0]));
  std::ranges::stable_sort(samples, [&](const Sample& a, const Sample& b) {
    std::strong_ordering order = std::strong_ordering::equal;
    for (std::size_t i = 1; i < node.arguments.size() && order == 0; ++i) {
      const std::string& name = Evaluator::text(*node.arguments[i]);
      order = natural(a.labels.get(name), b.labels.get(name));
    }
    if (order == 0) {
      const auto left = a.labels.all();
      const auto right = b.labels.all();
      order = std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(),
                                                     right.end());
    }
    return descending ? order > 0 : order < 0;
  });
  return samples;
}

Result<Outcome> sorted(Evaluator& evaluator, const CallNode& node, bool descending) {
  TRY_ASSIGN(Samples samples, evaluator.vector(*node.arguments[0]));
  std::ranges::stable_sort(samples, [&](const Sample& a, const Sample& b) {
    return before(a.value, b.value, descending);
  });
  return samples;
}

// With delayed name removal too, labels that are written must not collide.
Result<Outcome> distinct(Samples samples) {
  Samples copy = samples;
  for (Sample& sample : copy) sample.drop_name = false;
  TRY(Evaluator::finish(copy));
  return samples;
}

}  // namespace

Result<Outcome> call_label_replace(Evaluator& evaluator, const CallNode& node) {
  TRY_ASSIGN(Samples samples, evaluator.vector(*node.arguments[0]));
  const std::string& target = Evaluator::text(*node.arguments[1]);
  const std::string& replacement = Evaluator::text(*node.arguments[2]);
  const std::string& source = Evaluator::text(*node.arguments[3]);
  std::string value;
  for (Sample& sample : samples) {
    if (node.regex->expand(sample.labels.get(source), replacement, value)) {
      set_label(sample, target, value);
    }
  }
  return distinct(std::move(samples));
}

Result<Outcome> call_label_join(Evaluator& evaluator, const CallNode& node) {
  TRY_ASSIGN(Samples samples, evaluator.vector(*node.arguments[0]));
  const std::string& target = Evaluator::text(*node.arguments[1]);
  const std::string& separator = Evaluator::text(*node.arguments[2]);
  for (Sample& sample : samples) {
    std::string value;
    for (std::size_t i = 3; i < node.arguments.size(); ++i) {
      if (i > 3) value += separator;
      value += sample.labels.get(Evaluator::text(*node.arguments[i]));
    }
    set_label(sample, target, value);
  }
  return distinct(std::move(samples));
}

Result<Outcome> call_sort(Evaluator& evaluator, const CallNode& node) {
  return sorted(evaluator, node, false);
}
Result<Outcome> call_sort_desc(Evaluator& evaluator, const CallNode& node) {
  return sorted(evaluator, node, true);
}
Result<Outcome> call_sort_by_label(Evaluator& evaluator, const CallNode& node) {
  return sorted_by_label(evaluator, node, false);
}
Result<Outcome> call_sort_by_label_desc(Evaluator& evaluator, const CallNode& node) {
  return sorted_by_label(evaluator, node, true);
}

}  // namespace clawvigil::promql
