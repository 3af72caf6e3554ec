// What the scripts of tests/promqltest cannot ask: options, bounds, and the names of results as a
// Prometheus with default settings gives them.
#include <gtest/gtest.h>

#include <limits>

#include "alerts/promql/expression.h"

namespace clawvigil::promql {
namespace {

class TwoCounters : public Source {
 public:
  TwoCounters() {
    for (const char* const name : {"a_total", "b_total"}) {
      MatrixSeries& series = all_.emplace_back();
      series.labels = Labels(std::vector<Label>{{"__name__", name}, {"host", "h"}});
      for (int i = 0; i <= 100; ++i) series.points.push_back({TimeMs{i} * 1000, i * 2.0});
    }
  }
  void select(std::span<const Matcher> matchers, TimeMs after, TimeMs until,
              const Visitor& visit) const override {
    for (const MatrixSeries& series : all_) {
      bool matches = true;
      for (const Matcher& matcher : matchers) matches = matches && matcher.matches(series.labels);
      std::vector<Point> points;
      for (const Point& point : series.points) {
        if (point.time > after && point.time <= until) points.push_back(point);
      }
      if (matches && !points.empty()) visit(series.labels, points);
    }
  }

 private:
  std::vector<MatrixSeries> all_;
};

std::string evaluated(const char* text, const EvaluationOptions& options = {},
                      TimeMs time = 100'000) {
  const auto value = Expression::parse(text)->evaluate(TwoCounters(), time, options);
  if (!value) return std::string(to_string(value.error().code)) + ": " + value.error().message;
  std::string shown;
  for (const VectorSample& sample : std::get<Vector>(*value)) {
    shown += sample.labels.to_string() + ' ' + std::to_string(sample.value) + ';';
  }
  return shown;
}

TEST(PromqlEvaluator, NamesGoAtOnceOrAtTheEnd) {
  EvaluationOptions delayed;
  delayed.delayed_name_removal = true;
  const char* const relabelled =
      R"(label_replace(rate(a_total[10s]), "was", "$1", "__name__", "(.*)_total"))";
  EXPECT_EQ(evaluated(relabelled), "{host=\"h\"} 2.000000;");
  EXPECT_EQ(evaluated(relabelled, delayed), "{host=\"h\", was=\"a\"} 2.000000;");
  const char* const both = R"(rate({host="h"}[10s]))";
  const std::string collision = "parse: vector cannot contain metrics with the same labelset";
  EXPECT_EQ(evaluated(both), collision);
  EXPECT_EQ(evaluated(both, delayed), collision);
  const char* const summed = R"(sum(rate({host="h"}[10s])))";
  EXPECT_EQ(evaluated(summed), collision);
  EXPECT_EQ(evaluated(summed, delayed), "{} 4.000000;");
}

TEST(PromqlEvaluator, LookbackIsOpenToTheLeft) {
  EvaluationOptions options;
  options.lookback = 5000;
  EXPECT_EQ(evaluated("a_total", options, 104'999), "a_total{host=\"h\"} 200.000000;");
  EXPECT_EQ(evaluated("a_total", options, 105'000), "");
  EXPECT_EQ(evaluated("a_total offset 20s", options, 105'000), "a_total{host=\"h\"} 170.000000;");
  EXPECT_EQ(evaluated("a_total offset -5s", options, 95'000), "a_total{host=\"h\"} 200.000000;");
}

TEST(PromqlEvaluator, SamplesAreBounded) {
  EvaluationOptions options;
  options.max_samples = 150;
  EXPECT_EQ(evaluated("count_over_time(a_total[1h])", options), "{host=\"h\"} 101.000000;");
  EXPECT_EQ(evaluated("count_over_time({host=\"h\"}[1h])", options),
            "too_large: query processing would load too many samples into memory in query "
            "execution");
  EXPECT_EQ(evaluated("count_over_time(a_total[1h]) + count_over_time(b_total[1h])", options),
            "too_large: query processing would load too many samples into memory in query "
            "execution");
}

TEST(PromqlEvaluator, AnExpressionOutlivesWhatItWasParsedFromAndItsParent) {
  std::unique_ptr<Expression::Comparison> comparison;
  {
    const std::string text = "rate(a_total[10s]) * 60 > 5";
    comparison = Expression::parse(text)->top_comparison();
  }
  ASSERT_NE(comparison, nullptr);
  const auto value = comparison->left.evaluate(TwoCounters(), 100'000);
  ASSERT_TRUE(value.has_value());
  EXPECT_DOUBLE_EQ(std::get<Vector>(*value).at(0).value, 120);
}

TEST(PromqlEvaluator, StaleMarkersAreNotOrdinaryNaN) {
  EXPECT_TRUE(is_stale(stale_marker()));
  EXPECT_FALSE(is_stale(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_TRUE(stale_marker() != stale_marker());
}

}  // namespace
}  // namespace clawvigil::promql
