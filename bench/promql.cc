// promql [EXPRESSION...]: time per evaluation over 2,000 series of 200 families, ten of each, with
// five minutes of history 1 s apart. Without arguments, a set of typical alert expressions.
#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <string>
#include <unordered_map>
#include <vector>

#include "alerts/promql/expression.h"

namespace {

namespace promql = clawvigil::promql;

constexpr int kFamilies = 200;
constexpr int kPerFamily = 10;
constexpr int kPoints = 300;

// By metric name, as the engine keeps its history.
class History : public promql::Source {
 public:
  History() {
    for (int family = 0; family < kFamilies; ++family) {
      const std::string name = "family_" + std::to_string(family) + "_total";
      for (int i = 0; i < kPerFamily; ++i) {
        promql::MatrixSeries& series = families_[name].emplace_back();
        series.labels =
            promql::Labels(std::vector<promql::Label>{{"__name__", name},
                                                      {"job", "clawvigil"},
                                                      {"instance", "host:9835"},
                                                      {"user", "user" + std::to_string(i / 2)},
                                                      {"channel", std::to_string(i)}});
        for (int point = 0; point < kPoints; ++point) {
          series.points.push_back({promql::TimeMs{point} * 1000, static_cast<double>(point * i)});
        }
      }
    }
  }

  void select(std::span<const promql::Matcher> matchers, promql::TimeMs after, promql::TimeMs until,
              const Visitor& visit) const override {
    const auto named = std::ranges::find_if(matchers, [](const promql::Matcher& matcher) {
      return matcher.kind() == promql::Matcher::Kind::equal &&
             matcher.name() == promql::kMetricName;
    });
    if (named == matchers.end()) {
      for (const auto& [name, series] : families_) visit_all(series, matchers, after, until, visit);
    } else if (const auto found = families_.find(named->value()); found != families_.end()) {
      visit_all(found->second, matchers, after, until, visit);
    }
  }

 private:
  static void visit_all(const std::vector<promql::MatrixSeries>& all,
                        std::span<const promql::Matcher> matchers, promql::TimeMs after,
                        promql::TimeMs until, const Visitor& visit) {
    for (const promql::MatrixSeries& series : all) {
      const auto matches = [&](const promql::Matcher& m) { return m.matches(series.labels); };
      if (!std::ranges::all_of(matchers, matches)) continue;
      const auto begin = std::ranges::upper_bound(series.points, after, {}, &promql::Point::time);
      const auto end = std::ranges::upper_bound(series.points, until, {}, &promql::Point::time);
      if (begin != end) visit(series.labels, {begin, end});
    }
  }

  std::unordered_map<std::string, std::vector<promql::MatrixSeries>> families_;
};

double microseconds_per_run(const promql::Expression& expression, const History& history) {
  using Clock = std::chrono::steady_clock;
  constexpr int kRuns = 2000;
  const auto begin = Clock::now();
  int runs = 0;
  while (runs < kRuns && Clock::now() - begin < std::chrono::seconds(1)) {
    if (!expression.evaluate(history, promql::TimeMs{kPoints} * 1000)) return -1;
    ++runs;
  }
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count() / runs;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> texts(argv + 1, argv + argc);
  if (texts.empty()) {
    texts = {
        "family_7_total == 0",
        "family_7_total > 2000",
        "family_7_total{channel=~\"1|2\"} > 100",
        "rate(family_7_total[5m]) > 3",
        "sum by (user) (increase(family_7_total[1m])) > 100",
        "family_7_total > on (instance, channel) family_8_total",
        ("family_7_total * on (instance, user) group_left () max by (instance, user) "
         "(family_9_total)"),
        "absent(family_999_total)",
        "count({job=\"clawvigil\"})",
        "sum by (user) ({job=\"clawvigil\"} > 5)",
    };
  }
  const History history;
  for (const std::string& text : texts) {
    const auto expression = promql::Expression::parse(text);
    if (!expression) {
      std::cerr << promql::with_caret(text, expression.error()) << '\n'
                << expression.error().message << '\n';
      return 1;
    }
    std::cout << std::fixed << std::setprecision(1) << std::setw(9)
              << microseconds_per_run(*expression, history) << " us  " << text << '\n';
  }
  return 0;
}
