// Runs a script and says what came of each of its evals.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/promqltest/script.h"

namespace clawvigil::promqltest {

struct Failure {
  std::size_t line = 0;
  std::string expression;
  std::string expected;
  std::string got;
};

struct Report {
  std::size_t passed = 0;
  std::size_t unsupported = 0;
  std::map<std::string, std::size_t> reasons;  // why unsupported, how often
  std::vector<Failure> failures;
  // Warnings and infos that passed evals expect: the program has none, only values are compared.
  std::size_t unchecked_annotations = 0;
};

// A broken script is a failure of its own, at its line.
[[nodiscard]] Report run_script(std::string_view text);

}  // namespace clawvigil::promqltest
