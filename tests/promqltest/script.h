// The commands of a promqltest script, the language of Prometheus' own PromQL tests
// (promql/promqltest/README.md there):
//   load 5m
//     up{job="a"} 1 1 0
//   eval instant at 10m sum(up)
//     expect no_warn
//     {} 0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tests/promqltest/series.h"

namespace clawvigil::promqltest {

struct Clear {};
struct Load {
  promql::TimeMs interval = 0;
  bool converts_histograms = false;  // load_with_nhcb
  std::vector<SeriesLine> series;
};
struct Steps {
  promql::TimeMs from = 0;
  promql::TimeMs to = 0;
  promql::TimeMs step = 1;
};
struct ExpectedFailure {
  std::string message;  // exactly; "": any
  std::string regex;
};
struct Eval {
  std::string expression;
  bool range = false;
  Steps steps;  // of an instant eval: from == to
  bool ordered = false;
  std::optional<ExpectedFailure> fails;
  std::size_t annotations = 0;  // expected warnings and infos
  std::vector<SeriesLine> series;
  std::optional<double> scalar;
  std::optional<std::string> text;
  std::optional<Steps> range_vector;
};

struct Command {
  std::size_t line = 0;
  std::variant<Clear, Load, Eval> what;
};
struct ScriptError {
  std::size_t line = 0;
  std::string message;
};

[[nodiscard]] std::expected<std::vector<Command>, ScriptError> parse_script(std::string_view text);

}  // namespace clawvigil::promqltest
