#include "tests/promqltest/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "alerts/promql/literal.h"

namespace clawvigil::promqltest {
namespace {

using promql::Labels;

bool almost_equal(double a, double b) {
  constexpr double kTolerance = 1e-6;
  constexpr double kLeast = std::numeric_limits<double>::min();
  if (promql::is_stale(a) || promql::is_stale(b)) return promql::is_stale(a) && promql::is_stale(b);
  if (std::isnan(a) && std::isnan(b)) return true;
  if (a == b) return true;
  const double sum = std::abs(a) + std::abs(b);
  const double difference = std::abs(a - b);
  if (a == 0 || b == 0 || sum < kLeast) return difference < kTolerance * kLeast;
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kTolerance;
}

std::string line_of(const Labels& labels, double value) {
  return labels.to_string() + ' ' + promql::format_float(value);
}

// The values of each series by their step; of a scalar, under no labels.
using Table = std::map<std::string, std::map<std::size_t, double>>;

void add_expected(const SeriesLine& line, Table& table) {
  auto& row = table[line.labels.to_string()];
  for (std::size_t i = 0; i < line.values.size(); ++i) {
    if (line.values[i]) row[i] = line.values[i]->number;
  }
  if (row.empty()) table.erase(line.labels.to_string());
}

std::string compare_tables(const Table& expected, const Table& got) {
  for (const auto& [labels, row] : expected) {
    const auto found = got.find(labels);
    if (found == got.end()) return "series " + labels;
    for (const auto& [step, value] : row) {
      const auto at = found->second.find(step);
      if (at == found->second.end() || !almost_equal(at->second, value)) {
        return labels + " = " + promql::format_float(value) + " at step " + std::to_string(step);
      }
    }
    for (const auto& [step, value] : found->second) {
      if (!row.contains(step)) return "no " + labels + " at step " + std::to_string(step);
    }
  }
  for (const auto& [labels, row] : got) {
    if (!expected.contains(labels)) return "no series " + labels;
  }
  return {};
}

std::string compare_range(const Eval& eval, const RangeResult& result) {
  Table expected;
  for (const SeriesLine& line : eval.series) add_expected(line, expected);
  if (eval.scalar) expected["{}"][0] = *eval.scalar;
  Table got;
  for (std::size_t step = 0; step < result.size(); ++step) {
    if (const auto* const number = std::get_if<double>(&result[step].second)) {
      got["{}"][step] = *number;
    } else if (const auto* const vector = std::get_if<promql::Vector>(&result[step].second)) {
      for (const auto& sample : *vector) got[sample.labels.to_string()][step] = sample.value;
    }
  }
  return compare_tables(expected, got);
}

std::string compare_matrix(const Eval& eval, const promql::Matrix& matrix) {
  if (!eval.range_vector) return "an instant vector or a scalar";
  const Steps& steps = *eval.range_vector;
  Table expected;
  for (const SeriesLine& line : eval.series) add_expected(line, expected);
  Table got;
  for (const promql::MatrixSeries& series : matrix) {
    for (const promql::Point& point : series.points) {
      const promql::TimeMs since = point.time - steps.from;
      if (since < 0 || since % steps.step != 0) {
        return "no point of " + series.labels.to_string() + " at " + std::to_string(point.time);
      }
      got[series.labels.to_string()][static_cast<std::size_t>(since / steps.step)] = point.value;
    }
  }
  return compare_tables(expected, got);
}

std::string compare_vector(const Eval& eval, const promql::Vector& vector) {
  if (eval.scalar) return promql::format_float(*eval.scalar);
  std::vector<bool> used(vector.size(), false);
  for (std::size_t i = 0; i < eval.series.size(); ++i) {
    const SeriesLine& line = eval.series[i];
    if (line.values.size() != 1 || !line.values.front()) return "one value per series";
    const auto found = std::ranges::find(vector, line.labels, &promql::VectorSample::labels);
    std::string wanted = line_of(line.labels, line.values.front()->number);
    if (found == vector.end()) return wanted;
    const auto place = static_cast<std::size_t>(found - vector.begin());
    if (!almost_equal(found->value, line.values.front()->number)) return wanted;
    if (eval.ordered && place != i) return wanted + " in place " + std::to_string(i + 1);
    used[place] = true;
  }
  const auto extra = std::ranges::find(used, false);
  if (extra == used.end()) return {};
  const auto& sample = vector[static_cast<std::size_t>(extra - used.begin())];
  return "no " + sample.labels.to_string();
}

}  // namespace

std::string compare(const Eval& eval, const RangeResult& result) {
  if (eval.range) return compare_range(eval, result);
  const promql::Value& value = result.front().second;
  if (const auto* const text = std::get_if<std::string>(&value)) {
    if (!eval.text) return "not a string";
    return *text == *eval.text ? "" : promql::quote(*eval.text);
  }
  if (eval.text) return promql::quote(*eval.text);
  if (const auto* const number = std::get_if<double>(&value)) {
    if (!eval.scalar) return "not a scalar";
    return almost_equal(*number, *eval.scalar) ? "" : promql::format_float(*eval.scalar);
  }
  if (const auto* const matrix = std::get_if<promql::Matrix>(&value)) {
    return compare_matrix(eval, *matrix);
  }
  if (eval.range_vector) return "a range vector";
  return compare_vector(eval, std::get<promql::Vector>(value));
}

std::string show(const RangeResult& result) {
  constexpr std::size_t kMaxBytes = 1000;
  std::string text;
  for (const auto& [time, value] : result) {
    if (result.size() > 1) text += "at " + std::to_string(time) + " ms: ";
    if (const auto* const number = std::get_if<double>(&value)) {
      text += promql::format_float(*number);
    } else if (const auto* const word = std::get_if<std::string>(&value)) {
      text += promql::quote(*word);
    } else if (const auto* const vector = std::get_if<promql::Vector>(&value)) {
      for (const auto& sample : *vector) text += line_of(sample.labels, sample.value) + "; ";
    } else {
      for (const auto& series : std::get<promql::Matrix>(value)) {
        text += series.labels.to_string();
        for (const auto& point : series.points) {
          text += ' ' + promql::format_float(point.value) + '@' + std::to_string(point.time);
        }
        text += "; ";
      }
    }
    if (text.size() > kMaxBytes) return text.substr(0, kMaxBytes) + "...";
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace clawvigil::promqltest
