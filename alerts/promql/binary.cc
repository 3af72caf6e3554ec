// Operators between scalars, vectors, and both.
#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "alerts/promql/evaluator.h"
#include "alerts/promql/grouping.h"

namespace clawvigil::promql {
namespace {

double arithmetic(BinaryOperator op, double left, double right) {
  switch (op) {
    case BinaryOperator::add:
      return left + right;
    case BinaryOperator::subtract:
      return left - right;
    case BinaryOperator::multiply:
      return left * right;
    case BinaryOperator::divide:
      return left / right;
    case BinaryOperator::modulo:
      return std::fmod(left, right);
    case BinaryOperator::power:
      return std::pow(left, right);
    default:
      return std::atan2(left, right);
  }
}

bool compare(BinaryOperator op, double left, double right) {
  switch (op) {
    case BinaryOperator::equal:
      return left == right;
    case BinaryOperator::not_equal:
      return left != right;
    case BinaryOperator::greater:
      return left > right;
    case BinaryOperator::less:
      return left < right;
    case BinaryOperator::greater_equal:
      return left >= right;
    default:
      return left <= right;
  }
}

// The value of one pair, and whether the pair stays. A comparison without bool is a filter that
// keeps `kept`.
struct PairResult {
  double value = 0;
  bool stays = true;
};
PairResult apply(const BinaryNode& node, double left, double right, double kept) {
  if (!is_comparison(node.op)) return {arithmetic(node.op, left, right), true};
  const bool holds = compare(node.op, left, right);
  if (node.return_bool) return {holds ? 1.0 : 0.0, true};
  return {kept, holds};
}

bool drops_name(const BinaryNode& node) { return node.return_bool || !is_comparison(node.op); }

Result<Samples> with_scalar(Evaluator& evaluator, const BinaryNode& node, Samples samples,
                            double scalar, bool scalar_is_left) {
  const auto removed = std::ranges::remove_if(samples, [&](Sample& sample) {
    const double left = scalar_is_left ? scalar : sample.value;
    const double right = scalar_is_left ? sample.value : scalar;
    const PairResult result = apply(node, left, right, sample.value);
    sample.value = result.value;
    return !result.stays;
  });
  samples.erase(removed.begin(), removed.end());
  if (!drops_name(node)) return samples;
  for (Sample& sample : samples) evaluator.drop_name(sample);
  TRY(evaluator.check_unique(samples));
  return samples;
}

std::string key_of(const BinaryNode& node, const Sample& sample) {
  return signature(sample.labels, node.labels, node.on);
}

Samples set_operation(const BinaryNode& node, Samples left, Samples right) {
  std::unordered_set<std::string> keys;
  const auto is_known = [&](const Sample& sample) { return keys.contains(key_of(node, sample)); };
  if (node.op == BinaryOperator::set_or) {
    for (const Sample& sample : left) keys.insert(key_of(node, sample));
    std::erase_if(right, is_known);
    std::ranges::move(right, std::back_inserter(left));
    return left;
  }
  for (const Sample& sample : right) keys.insert(key_of(node, sample));
  const bool wanted = node.op == BinaryOperator::set_and;
  if (keys.empty()) return wanted ? Samples() : left;
  std::erase_if(left, [&](const Sample& sample) { return is_known(sample) != wanted; });
  return left;
}

// Labels of the result for one pair; `many` is the side that may match more than once.
Labels result_labels(const BinaryNode& node, const Labels& many, const Labels& one) {
  Labels labels = is_comparison(node.op) ? many : many.with(kMetricName, "");
  if (node.grouping == BinaryNode::Grouping::one_to_one) {
    return node.on ? only(labels, node.labels) : without(labels, node.labels);
  }
  for (const std::string& name : node.include) labels = labels.with(name, one.get(name));
  return labels;
}

std::unexpected<Error> duplicate_on_one_side(const BinaryNode& node, const Sample& a,
                                             const Sample& b) {
  const Labels group =
      node.on ? only(a.labels, node.labels) : without(a.labels.with(kMetricName, ""), node.labels);
  std::string first = in_braces(a.labels);
  std::string second = in_braces(b.labels);
  if (second < first) std::swap(first, second);
  const bool on_left = node.grouping == BinaryNode::Grouping::right;
  return fail(Errc::parse, "found duplicate series for the match group " + in_braces(group) +
                               " on the " + (on_left ? "left" : "right") +
                               " hand-side of the operation: [" + first + ", " + second +
                               "];many-to-many matching not allowed: matching labels must be "
                               "unique on one side");
}

// Pairs the samples of two vectors by their match group.
class Matching {
 public:
  explicit Matching(const BinaryNode& node) : node_(node) {}

  Result<Samples> run(const Samples& left, const Samples& right) {
    const bool swapped = node_.grouping == BinaryNode::Grouping::right;
    const Samples& many = swapped ? right : left;
    TRY(index(swapped ? left : right));
    Samples results;
    for (const Sample& sample : many) {
      const std::string key = key_of(node_, sample);
      const auto found = one_.find(key);
      if (found == one_.end()) continue;
      const Sample& other = *found->second;
      Labels labels = result_labels(node_, sample.labels, other.labels);
      TRY(check(key, labels));
      const double a = swapped ? other.value : sample.value;
      const double b = swapped ? sample.value : other.value;
      const PairResult result = apply(node_, a, b, a);
      if (result.stays) results.push_back({std::move(labels), result.value, sample.drop_name});
    }
    return results;
  }

 private:
  Result<void> index(const Samples& one) {
    for (const Sample& sample : one) {
      const auto [place, is_new] = one_.try_emplace(key_of(node_, sample), &sample);
      if (!is_new) return duplicate_on_one_side(node_, *place->second, sample);
    }
    return {};
  }

  Result<void> check(const std::string& key, const Labels& labels) {
    if (node_.grouping == BinaryNode::Grouping::one_to_one) {
      if (matched_.insert(key).second) return {};
      return fail(Errc::parse,
                  "multiple matches for labels: many-to-one matching must be explicit "
                  "(group_left/group_right)");
    }
    if (matched_.insert(key + signature(labels, {}, false) + std::string(labels.get(kMetricName)))
            .second) {
      return {};
    }
    return fail(Errc::parse,
                "multiple matches for labels: grouping labels must ensure unique matches");
  }

  const BinaryNode& node_;
  std::unordered_map<std::string, const Sample*> one_;
  std::unordered_set<std::string> matched_;
};

Result<Samples> vectors(Evaluator& evaluator, const BinaryNode& node, Samples left, Samples right) {
  if (is_set_operator(node.op)) {
    Samples samples = set_operation(node, std::move(left), std::move(right));
    if (node.op == BinaryOperator::set_or) TRY(evaluator.check_unique(samples));
    return samples;
  }
  if (left.empty() || right.empty()) return Samples();
  TRY_ASSIGN(Samples samples, Matching(node).run(left, right));
  if (node.return_bool) {
    for (Sample& sample : samples) evaluator.drop_name(sample);
  }
  TRY(evaluator.check_unique(samples));
  return samples;
}

}  // namespace

Result<Outcome> binary(Evaluator& evaluator, const BinaryNode& node) {
  TRY_ASSIGN(Outcome left, evaluator.evaluate(*node.left));
  TRY_ASSIGN(Outcome right, evaluator.evaluate(*node.right));
  const auto* const a = std::get_if<double>(&left);
  const auto* const b = std::get_if<double>(&right);
  if (a != nullptr && b != nullptr) return apply(node, *a, *b, *a).value;
  if (a != nullptr) {
    return with_scalar(evaluator, node, std::get<Samples>(std::move(right)), *a, true);
  }
  if (b != nullptr) {
    return with_scalar(evaluator, node, std::get<Samples>(std::move(left)), *b, false);
  }
  return vectors(evaluator, node, std::get<Samples>(std::move(left)),
                 std::get<Samples>(std::move(right)));
}

}  // namespace clawvigil::promql
