#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "alerts/promql/expression.h"

namespace {

namespace promql = clawvigil::promql;

// Three series of each kind, 40 points each, one of them with a stale marker.
class Source : public promql::Source {
 public:
  Source() {
    for (const char* const name : {"a", "b_total", "c"}) {
      for (const char* const host : {"1", "2", ""}) {
        promql::MatrixSeries& series = all_.emplace_back();
        series.labels = promql::Labels(std::vector<promql::Label>{
            {"__name__", name}, {"host", host}, {"le", std::string(name) + host}});
        for (int i = 0; i < 40; ++i) {
          const double value = i == 30 && *host == '2' ? promql::stale_marker()
                               : i % 7 == 0            ? std::nan("")
                                                       : i * 1.5 - 20;
          series.points.push_back({promql::TimeMs{i} * 1000, value});
        }
      }
    }
  }

  void select(std::span<const promql::Matcher> matchers, promql::TimeMs after, promql::TimeMs until,
              const Visitor& visit) const override {
    for (const promql::MatrixSeries& series : all_) {
      bool matches = true;
      for (const promql::Matcher& matcher : matchers) {
        matches = matches && matcher.matches(series.labels);
      }
      std::size_t begin = 0;
      while (begin < series.points.size() && series.points[begin].time <= after) ++begin;
      std::size_t end = begin;
      while (end < series.points.size() && series.points[end].time <= until) ++end;
      if (matches && begin < end)
        visit(series.labels, std::span(series.points).subspan(begin, end - begin));
    }
  }

 private:
  std::vector<promql::MatrixSeries> all_;
};

void check_unique(const promql::Vector& vector) {
  for (std::size_t i = 0; i < vector.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (vector[i].labels == vector[j].labels) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Source source;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto expression = promql::Expression::parse(text);
  if (!expression) {
    const promql::ParseProblem& problem = expression.error();
    if (problem.message.empty() || problem.offset > size) std::abort();
    if (promql::with_caret(text, problem).size() > 1000) std::abort();
    return 0;
  }
  for (const bool delayed : {false, true}) {
    promql::EvaluationOptions options;
    options.max_samples = 10'000;
    options.delayed_name_removal = delayed;
    const auto value = expression->evaluate(source, 35'500, options);
    if (!value) continue;
    if (value->index() != std::size_t{expression->type() == promql::ValueType::scalar   ? 0U
                                      : expression->type() == promql::ValueType::string ? 1U
                                      : expression->type() == promql::ValueType::vector ? 2U
                                                                                        : 3U}) {
      std::abort();
    }
    if (const auto* const vector = std::get_if<promql::Vector>(&*value)) check_unique(*vector);
  }
  // What is shown beside a rule is an expression of its own.
  if (const auto comparison = expression->top_comparison()) {
    if (!promql::Expression::parse(comparison->left.text())) std::abort();
  }
  static_cast<void>(expression->selectors());
  return 0;
}
