// sum, avg, count ... topk, quantile, count_values over groups of samples.
#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "alerts/promql/evaluator.h"
#include "alerts/promql/grouping.h"
#include "alerts/promql/kahan.h"
#include "alerts/promql/literal.h"
#include "alerts/promql/ranking.h"

namespace clawvigil::promql {
namespace {

// The samples of one group, in the order they came.
struct Group {
  Labels labels;
  std::vector<const Sample*> members;
};

std::vector<Group> grouped(const AggregateNode& node, const Samples& samples) {
  std::vector<Group> groups;
  std::unordered_map<std::string, std::size_t> index;
  for (const Sample& sample : samples) {
    const auto [place, is_new] =
        index.try_emplace(signature(sample.labels, node.grouping, !node.without), groups.size());
    if (is_new) {
      groups.push_back({node.without ? without(sample.labels.with(kMetricName, ""), node.grouping)
                                     : only(sample.labels, node.grouping),
                        {}});
    }
    groups[place->second].members.push_back(&sample);
  }
  return groups;
}

double sum(const std::vector<const Sample*>& members) {
  KahanSum total{members.front()->value};
  for (std::size_t i = 1; i < members.size(); ++i) total.add(members[i]->value);
  return total.value();
}

double average(const std::vector<const Sample*>& members) {
  KahanMean mean;
  for (const Sample* const member : members) mean.add(member->value);
  return mean.value();
}

// NaN loses against every number.
double extreme(const std::vector<const Sample*>& members, bool greatest) {
  double best = members.front()->value;
  for (const Sample* const member : members) {
    const double value = member->value;
    if (std::isnan(best) || (greatest ? best < value : best > value)) best = value;
  }
  return best;
}

double variance(const std::vector<const Sample*>& members) {
  double mean = members.front()->value;
  double squares = std::isfinite(mean) ? 0 : std::numeric_limits<double>::quiet_NaN();
  double count = 1;
  for (std::size_t i = 1; i < members.size(); ++i) {
    count += 1;
    const double delta = members[i]->value - mean;
    mean += delta / count;
    squares += delta * (members[i]->value - mean);
  }
  return squares / count;
}

double reduce(const AggregateNode& node, const std::vector<const Sample*>& members,
              double parameter) {
  switch (node.aggregator) {
    case Aggregator::sum:
      return sum(members);
    case Aggregator::avg:
      return average(members);
    case Aggregator::count:
      return static_cast<double>(members.size());
    case Aggregator::min:
      return extreme(members, false);
    case Aggregator::max:
      return extreme(members, true);
    case Aggregator::stddev:
      return std::sqrt(variance(members));
    case Aggregator::stdvar:
      return variance(members);
    case Aggregator::quantile: {
      std::vector<double> values;
      values.reserve(members.size());
      for (const Sample* const member : members) values.push_back(member->value);
      return quantile(parameter, std::move(values));
    }
    default:
      return 1;  // group
  }
}

Result<Samples> ranked(const AggregateNode& node, const Samples& samples, double parameter) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (std::isnan(parameter)) return fail(Errc::parse, "Parameter value is NaN");
  if (parameter >= kLimit || parameter < -kLimit) {
    return fail(Errc::parse, "Scalar value " + format_float(parameter) +
                                 (parameter > 0 ? " overflows" : " underflows") + " int64");
  }
  Samples results;
  if (parameter < 1) return results;
  const auto wanted = static_cast<std::size_t>(parameter);
  for (const Group& group : grouped(node, samples)) {
    TopK best(std::min(wanted, samples.size()), node.aggregator == Aggregator::topk);
    for (const Sample* const member : group.members) best.add(*member);
    for (Sample& sample : best.take()) results.push_back(std::move(sample));
  }
  return results;
}

Samples count_values(const AggregateNode& node, Samples samples, const std::string& label) {
  AggregateNode counting;
  counting.aggregator = Aggregator::count;
  counting.without = node.without;
  counting.grouping = node.grouping;
  if (!node.without) {
    counting.grouping.insert(std::ranges::lower_bound(counting.grouping, label), label);
  }
  for (Sample& sample : samples) {
    sample.labels = sample.labels.with(label, format_float_plain(sample.value));
  }
  Samples results;
  for (const Group& group : grouped(counting, samples)) {
    results.push_back({group.labels, static_cast<double>(group.members.size()), false});
  }
  return results;
}

}  // namespace

Result<Samples> aggregate(Evaluator& evaluator, const AggregateNode& node) {
  double parameter = 0;
  if (node.parameter != nullptr && node.parameter->type == ValueType::scalar) {
    TRY_ASSIGN(parameter, evaluator.scalar(*node.parameter));
  }
  TRY_ASSIGN(Samples samples, evaluator.vector(*node.operand));
  if (node.aggregator == Aggregator::count_values) {
    Samples results = count_values(node, std::move(samples), Evaluator::text(*node.parameter));
    TRY(evaluator.check_unique(results));
    return results;
  }
  if (node.aggregator == Aggregator::topk || node.aggregator == Aggregator::bottomk) {
    return ranked(node, samples, parameter);
  }
  Samples results;
  for (const Group& group : grouped(node, samples)) {
    results.push_back({group.labels, reduce(node, group.members, parameter), false});
    for (const Sample* const member : group.members) {
      results.back().drop_name = results.back().drop_name || member->drop_name;
    }
  }
  return results;
}

}  // namespace clawvigil::promql
