#include "alerts/promql/evaluator.h"

#include <algorithm>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include "alerts/promql/functions.h"

namespace clawvigil::promql {
namespace {

struct HashLabels {
  std::size_t operator()(const Labels* labels) const { return labels->hash(); }
};
struct SameLabels {
  bool operator()(const Labels* a, const Labels* b) const { return *a == *b; }
};

Result<void> unique(const Samples& samples) {
  if (samples.size() < 2) return {};
  std::unordered_set<const Labels*, HashLabels, SameLabels> seen;
  seen.reserve(samples.size());
  for (const Sample& sample : samples) {
    if (!seen.insert(&sample.labels).second) {
      return fail(Errc::parse, "vector cannot contain metrics with the same labelset");
    }
  }
  return {};
}

}  // namespace

Result<double> Evaluator::scalar(const Node& node) {
  TRY_ASSIGN(const Outcome outcome, evaluate(node));
  return std::get<double>(outcome);
}

Result<Samples> Evaluator::vector(const Node& node) {
  TRY_ASSIGN(Outcome outcome, evaluate(node));
  return std::get<Samples>(std::move(outcome));
}

const std::string& Evaluator::text(const Node& node) {
  return std::get<StringNode>(node.what).value;
}

Result<Outcome> Evaluator::evaluate(const Node& node) {
  return std::visit(
      [&](const auto& what) -> Result<Outcome> {
        using What = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<What, NumberNode> || std::is_same_v<What, StringNode>) {
          return what.value;
        } else if constexpr (std::is_same_v<What, SelectorNode>) {
          if (what.range > 0) return matrix(what);
          return select(what);
        } else if constexpr (std::is_same_v<What, CallNode>) {
          return call(what);
        } else if constexpr (std::is_same_v<What, UnaryMinusNode>) {
          return minus(what);
        } else if constexpr (std::is_same_v<What, AggregateNode>) {
          return aggregate(*this, what);
        } else {
          return binary(*this, what);
        }
      },
      node.what);
}

Result<void> Evaluator::count(std::size_t samples) {
  samples_ += samples;
  if (samples_ <= options_.max_samples) return {};
  return fail(Errc::too_large,
              "query processing would load too many samples into memory in query execution");
}

Result<Samples> Evaluator::select(const SelectorNode& selector, bool times) {
  const TimeMs until = time_ - selector.offset;
  Samples samples;
  const auto visit = [&](const Labels& labels, std::span<const Point> points) {
    if (points.empty() || is_stale(points.back().value)) return;
    const Point& newest = points.back();
    const double value = times ? static_cast<double>(newest.time) / 1000 : newest.value;
    samples.push_back({labels, value, false});
  };
  source_.select(selector.matchers, until - options_.lookback, until, std::ref(visit));
  TRY(count(samples.size()));
  return samples;
}

Result<void> Evaluator::each_range(const SelectorNode& selector, const RangeVisitor& visit) {
  const TimeMs until = time_ - selector.offset;
  std::vector<Point> live;
  std::size_t points_seen = 0;
  const auto filter = [&](const Labels& labels, std::span<const Point> points) {
    points_seen += points.size();
    if (samples_ + points_seen > options_.max_samples) return;
    const auto stale = [](const Point& point) { return is_stale(point.value); };
    if (std::ranges::none_of(points, stale)) {
      if (!points.empty()) visit(labels, points);
      return;
    }
    live.clear();
    std::ranges::remove_copy_if(points, std::back_inserter(live), stale);
    if (!live.empty()) visit(labels, live);
  };
  source_.select(selector.matchers, until - selector.range, until, std::ref(filter));
  return count(points_seen);
}

Result<Outcome> Evaluator::matrix(const SelectorNode& node) {
  Matrix matrix;
  TRY(each_range(node, [&](const Labels& labels, std::span<const Point> points) {
    matrix.push_back({labels, {points.begin(), points.end()}});
  }));
  return matrix;
}

Result<Outcome> Evaluator::minus(const UnaryMinusNode& node) {
  TRY_ASSIGN(Outcome outcome, evaluate(*node.operand));
  if (const auto* const number = std::get_if<double>(&outcome)) return -*number;
  auto samples = std::get<Samples>(std::move(outcome));
  for (Sample& sample : samples) {
    sample.value = -sample.value;
    drop_name(sample);
  }
  TRY(check_unique(samples));
  return samples;
}

Result<Outcome> Evaluator::call(const CallNode& node) {
  const FunctionInfo& function = *node.function;
  if (const auto* const special = std::get_if<CallFunction>(&function.implementation)) {
    return (*special)(*this, node);
  }
  if (std::holds_alternative<RangeFunction>(function.implementation)) return range_call(node);
  Samples samples;
  if (node.arguments.empty()) {  // hour() is hour(vector(time()))
    const TimeMs seconds = time_ / 1000;
    samples.push_back({{}, static_cast<double>(seconds), false});
  } else {
    TRY_ASSIGN(samples, vector(*node.arguments.front()));
  }
  if (const auto* const date = std::get_if<DateFunction>(&function.implementation)) {
    for (Sample& sample : samples) sample.value = (*date)(seconds_of(sample.value));
  } else {
    const FloatFunction apply = std::get<FloatFunction>(function.implementation);
    for (Sample& sample : samples) sample.value = apply(sample.value);
  }
  for (Sample& sample : samples) drop_name(sample);
  TRY(check_unique(samples));
  return samples;
}

Result<Outcome> Evaluator::range_call(const CallNode& node) {
  const SelectorNode* selector = nullptr;
  std::vector<double> parameters;
  for (const NodePtr& argument : node.arguments) {
    if (argument->type == ValueType::matrix) {
      selector = &std::get<SelectorNode>(argument->what);
    } else {
      TRY_ASSIGN(const double parameter, scalar(*argument));
      parameters.push_back(parameter);
    }
  }
  const TimeMs end = time_ - selector->offset;
  const RangeWindow window{end - selector->range, end, time_, parameters};
  const RangeFunction compute = std::get<RangeFunction>(node.function->implementation);
  const bool drops_name = !node.function->keeps_name;
  Samples samples;
  TRY(each_range(*selector, [&](const Labels& labels, std::span<const Point> points) {
    const std::optional<double> value = compute(points, window);
    if (!value) return;
    samples.push_back({labels, *value, false});
    if (drops_name) drop_name(samples.back());
  }));
  TRY(check_unique(samples));
  return samples;
}

void Evaluator::drop_name(Sample& sample) const {
  if (options_.delayed_name_removal) {
    sample.drop_name = true;
  } else {
    sample.labels = sample.labels.with(kMetricName, "");
  }
}

Result<void> Evaluator::check_unique(const Samples& samples) const {
  if (options_.delayed_name_removal) return {};  // finish() will
  return unique(samples);
}

Result<void> Evaluator::finish(Samples& samples) {
  for (Sample& sample : samples) {
    if (sample.drop_name) sample.labels = sample.labels.with(kMetricName, "");
  }
  return unique(samples);
}

}  // namespace clawvigil::promql
