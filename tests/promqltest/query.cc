// promql_query SAMPLES: evaluates the requests on standard input, one JSON object a line
//   {"query": "sum(up)", "time": 1700000000123}
// over the samples of a file with the answer of Prometheus' HTTP API to a range query, and answers
// each with a line like the API's "data" ({"resultType": ..., "result": ...}) or {"error": ...}.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "alerts/promql/expression.h"
#include "alerts/promql/literal.h"

namespace {

using nlohmann::json;
namespace promql = clawvigil::promql;

class Samples : public promql::Source {
 public:
  explicit Samples(const json& answer) {
    for (const json& entry : answer.at("data").at("result")) {
      std::vector<promql::Label> labels;
      for (const auto& [name, value] : entry.at("metric").items()) {
        labels.push_back({name, value.get<std::string>()});
      }
      promql::MatrixSeries& series = all_.emplace_back();
      series.labels = promql::Labels(std::move(labels));
      for (const json& value : entry.at("values")) {
        series.points.push_back(
            {std::llround(value.at(0).get<double>() * 1000),
             std::strtod(value.at(1).get_ref<const std::string&>().c_str(), nullptr)});
      }
    }
  }

  void select(std::span<const promql::Matcher> matchers, promql::TimeMs after, promql::TimeMs until,
              const Visitor& visit) const override {
    for (const promql::MatrixSeries& series : all_) {
      const auto matches = [&](const promql::Matcher& m) { return m.matches(series.labels); };
      if (!std::ranges::all_of(matchers, matches)) continue;
      const auto begin = std::ranges::upper_bound(series.points, after, {}, &promql::Point::time);
      const auto end = std::ranges::upper_bound(series.points, until, {}, &promql::Point::time);
      if (begin != end) visit(series.labels, {begin, end});
    }
  }

 private:
  std::vector<promql::MatrixSeries> all_;
};

json metric_of(const promql::Labels& labels) {
  json metric = json::object();
  for (const promql::Label& label : labels.all()) metric[label.name] = label.value;
  return metric;
}

json answer(const Samples& samples, const json& request) {
  const promql::TimeMs time = request.at("time").get<promql::TimeMs>();
  const auto expression =
      promql::Expression::parse(request.at("query").get_ref<const std::string&>());
  if (!expression) return {{"error", expression.error().message}};
  const auto value = expression->evaluate(samples, time);
  if (!value) return {{"error", value.error().message}};
  const auto shown = [&](double number) {
    return json::array({static_cast<double>(time) / 1000, promql::format_float(number)});
  };
  if (const auto* const number = std::get_if<double>(&*value)) {
    return {{"resultType", "scalar"}, {"result", shown(*number)}};
  }
  json result = json::array();
  if (const auto* const vector = std::get_if<promql::Vector>(&*value)) {
    for (const auto& sample : *vector) {
      result.push_back({{"metric", metric_of(sample.labels)}, {"value", shown(sample.value)}});
    }
  }
  return {{"resultType", "vector"}, {"result", result}};
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "usage: promql_query SAMPLES <REQUESTS\n";
    return 2;
  }
  std::ifstream file(argv[1]);
  const Samples samples(json::parse(file));
  std::string line;
  while (std::getline(std::cin, line)) {
    std::cout << answer(samples, json::parse(line)).dump() << '\n';
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "promql_query: " << error.what() << '\n';
  return 1;
}
