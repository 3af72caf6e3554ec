// promqltest FILE...: runs scripts of Prometheus' PromQL test language against alerts/promql.
// Per file "passed / unsupported / failed", then each failure; exit 1 if anything failed.
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include "tests/promqltest/runner.h"

namespace {

using clawvigil::promqltest::Report;

void print(const std::string& file, const Report& report) {
  std::cout << file << ": " << report.passed << " passed / " << report.unsupported
            << " unsupported / " << report.failures.size() << " failed\n";
  for (const auto& failure : report.failures) {
    std::cout << "  line " << failure.line << ": " << failure.expression << "\n    expected "
              << failure.expected << "\n    got " << failure.got << '\n';
  }
}

void print_summary(const std::map<std::string, std::size_t>& reasons, std::size_t annotations) {
  if (!reasons.empty()) std::cout << "unsupported because of:\n";
  for (const auto& [reason, count] : reasons) std::cout << "  " << count << "  " << reason << '\n';
  if (annotations > 0) {
    std::cout << "values compared, " << annotations
              << " expected warnings and infos not checked (there are none here)\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: promqltest FILE...\n";
    return 2;
  }
  bool failed = false;
  std::map<std::string, std::size_t> reasons;
  std::size_t annotations = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string file = argv[i];
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.is_open() || stream.bad()) {
      std::cout << file << ": cannot be read\n";
      failed = true;
      continue;
    }
    const Report report = clawvigil::promqltest::run_script(text);
    print(file, report);
    failed = failed || !report.failures.empty();
    for (const auto& [reason, count] : report.reasons) reasons[reason] += count;
    annotations += report.unchecked_annotations;
  }
  print_summary(reasons, annotations);
  return failed ? 1 : 0;
}
