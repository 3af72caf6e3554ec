#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "alerts/promql/functions_call.h"
#include "alerts/promql/literal.h"

namespace clawvigil::promql {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Replaces every value; the name goes.
template <class Function>
Result<Outcome> each(Evaluator& evaluator, const Expression::Node& argument, Function function) {
  TRY_ASSIGN(Samples samples, evaluator.vector(argument));
  for (Sample& sample : samples) {
    sample.value = function(sample.value);
    evaluator.drop_name(sample);
  }
  TRY(evaluator.check_unique(samples));
  return samples;
}

// Unlike std::min and std::max, NaN stays NaN.
double clamped(double value, double least, double most) {
  if (std::isnan(value) || std::isnan(least) || std::isnan(most)) return kNaN;
  return std::fmax(least, std::fmin(most, value));
}

Result<Outcome> clamp(Evaluator& evaluator, const CallNode& node, double least, double most) {
  TRY_ASSIGN(Outcome clamped_all, each(evaluator, *node.arguments[0],
                                       [&](double value) { return clamped(value, least, most); }));
  if (most < least) return Samples();
  return clamped_all;
}

// The labels that the equality matchers of the selector name, each once: what is missing.
Labels absent_labels(const Expression::Node& argument) {
  const auto* const selector = std::get_if<SelectorNode>(&argument.what);
  if (selector == nullptr) return {};
  Labels labels;
  std::vector<std::string_view> seen;
  for (const Matcher& matcher : selector->matchers) {
    if (matcher.name() == kMetricName) continue;
    const bool again = std::ranges::find(seen, matcher.name()) != seen.end();
    const bool sets = matcher.kind() == Matcher::Kind::equal && !again;
    labels = labels.with(matcher.name(), sets ? matcher.value() : "");
    if (sets) seen.push_back(matcher.name());
  }
  return labels;
}

double smooth(std::span<const Point> points, double level_factor, double trend_factor) {
  double previous = 0;
  double level = points[0].value;
  double trend = points[1].value - points[0].value;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double scaled = level_factor * points[i].value;
    if (i > 1) trend = trend_factor * (level - previous) + (1 - trend_factor) * trend;
    const double carried = (1 - level_factor) * (level + trend);
    previous = level;
    level = scaled + carried;
  }
  return level;
}

}  // namespace

Result<Outcome> call_absent(Evaluator& evaluator, const CallNode& node) {
  TRY_ASSIGN(const Samples samples, evaluator.vector(*node.arguments[0]));
  Samples result;
  if (samples.empty()) result.push_back({absent_labels(*node.arguments[0]), 1, false});
  return result;
}

Result<Outcome> call_absent_over_time(Evaluator& evaluator, const CallNode& node) {
  const Expression::Node& argument = *node.arguments[0];
  bool found = false;
  TRY(evaluator.each_range(std::get<SelectorNode>(argument.what),
                           [&](const Labels&, std::span<const Point>) { found = true; }));
  Samples result;
  if (!found) result.push_back({absent_labels(argument), 1, false});
  return result;
}

Result<Outcome> call_clamp(Evaluator& evaluator, const CallNode& node) {
  TRY_ASSIGN(const double least, evaluator.scalar(*node.arguments[1]));
  TRY_ASSIGN(const double most, evaluator.scalar(*node.arguments[2]));
  return clamp(evaluator, node, least, most);
}

Result<Outcome> call_clamp_max(Evaluator& evaluator, const CallNode& node) {
  TRY_ASSIGN(const double most, evaluator.scalar(*node.arguments[1]));
  return clamp(evaluator, node, -kInfinity, most);
}

Result<Outcome> call_clamp_min(Evaluator& evaluator, const CallNode& node) {
  TRY_ASSIGN(const double least, evaluator.scalar(*node.arguments[1]));
  return clamp(evaluator, node, least, kInfinity);
}

Result<Outcome> call_double_exponential_smoothing(Evaluator& evaluator, const CallNode& node) {
  TRY_ASSIGN(const double level, evaluator.scalar(*node.arguments[1]));
  TRY_ASSIGN(const double trend, evaluator.scalar(*node.arguments[2]));
  Samples samples;
  TRY(evaluator.each_range(std::get<SelectorNode>(node.arguments[0]->what),
                           [&](const Labels& labels, std::span<const Point> points) {
                             if (points.size() < 2) return;
                             samples.push_back({labels, smooth(points, level, trend), false});
                             evaluator.drop_name(samples.back());
                           }));
  const auto invalid = [](double factor) { return factor <= 0 || factor >= 1; };
  if (!samples.empty() && (invalid(level) || invalid(trend))) {
    return fail(Errc::parse, std::string("invalid ") +
                                 (invalid(level) ? "smoothing factor. Expected: 0 < sf < 1, got: "
                                                 : "trend factor. Expected: 0 < tf < 1, got: ") +
                                 format_float(invalid(level) ? level : trend));
  }
  TRY(evaluator.check_unique(samples));
  return samples;
}

Result<Outcome> call_pi(Evaluator&, const CallNode&) { return std::numbers::pi; }

Result<Outcome> call_round(Evaluator& evaluator, const CallNode& node) {
  double nearest = 1;
  if (node.arguments.size() > 1) {
    TRY_ASSIGN(nearest, evaluator.scalar(*node.arguments[1]));
  }
  const double inverse = 1.0 / nearest;
  return each(evaluator, *node.arguments[0],
              [&](double value) { return std::floor(value * inverse + 0.5) / inverse; });
}

Result<Outcome> call_scalar(Evaluator& evaluator, const CallNode& node) {
  TRY_ASSIGN(const Samples samples, evaluator.vector(*node.arguments[0]));
  return samples.size() == 1 ? samples.front().value : kNaN;
}

Result<Outcome> call_time(Evaluator& evaluator, const CallNode&) {
  return static_cast<double>(evaluator.time()) / 1000;
}

Result<Outcome> call_timestamp(Evaluator& evaluator, const CallNode& node) {
  const Expression::Node& argument = *node.arguments[0];
  Samples samples;
  if (const auto* const selector = std::get_if<SelectorNode>(&argument.what)) {
    TRY_ASSIGN(samples, evaluator.select(*selector, true));
  } else {
    TRY_ASSIGN(samples, evaluator.vector(argument));
    for (Sample& sample : samples) sample.value = static_cast<double>(evaluator.time()) / 1000;
  }
  for (Sample& sample : samples) evaluator.drop_name(sample);
  TRY(evaluator.check_unique(samples));
  return samples;
}

Result<Outcome> call_vector(Evaluator& evaluator, const CallNode& node) {
  TRY_ASSIGN(const double value, evaluator.scalar(*node.arguments[0]));
  Samples samples;
  samples.push_back({{}, value, false});
  return samples;
}

}  // namespace clawvigil::promql
