// Scans the history of a git repository as the secrets collector does: child process, runs of the
// default budget, until everything is scanned. The matcher is one regular expression.
//
//   git_history DIRECTORY EXPRESSION
//
// Prints one line of JSON: seconds, runs, commits, findings, bytes that were matched, and the
// highest resident size of a child.
#include <re2/re2.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <atomic>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>

#include "collectors/secrets/git_history.h"

namespace clawvigil {
namespace {

// Counted in the children.
struct Shared {
  std::atomic<std::uint64_t> bytes;
};

secrets::HistoryMatcher matcher_of(const re2::RE2& expression, Shared& shared) {
  return {.wants = [](std::string_view) { return true; },
          .match =
              [&](std::string_view content) {
                shared.bytes += content.size();
                std::vector<secrets::HistoryMatch> matches;
                re2::StringPiece rest(content.data(), content.size());
                re2::StringPiece found;
                while (re2::RE2::FindAndConsume(&rest, expression, &found)) {
                  const auto at = static_cast<std::size_t>(found.data() - content.data());
                  const auto line = std::ranges::count(content.substr(0, at), '\n') + 1;
                  matches.push_back({"expression", static_cast<std::uint64_t>(line),
                                     std::hash<std::string_view>{}({found.data(), found.size()})});
                }
                return matches;
              }};
}

Result<nlohmann::json> measure(const std::string& directory, const std::string& expression) {
  const SystemClock clock;
  const Config config;
  void* const memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  Shared& shared = *::new (memory) Shared();
  const re2::RE2 compiled("(" + expression + ")");
  if (!compiled.ok()) return fail(Errc::parse, compiled.error());
  TRY_ASSIGN(const host::Root root, host::Root::open("/"));
  TRY_ASSIGN(const host::Dir anchor, root.anchor(directory));
  store::Store store = store::Store::in_memory();
  secrets::GitHistory history("1");
  const SteadyTime start = clock.now().steady;
  for (int runs = 1;; ++runs) {
    const Instant now = clock.now();
    const Context context{
        root, config, {}, store, now, clock, now.steady + std::chrono::hours(1), std::stop_token()};
    TRY_ASSIGN(const secrets::HistoryReport report,
               history.scan(context, {"bench", anchor}, matcher_of(compiled, shared)));
    if (!report.complete && report.problem) return std::unexpected(*report.problem);
    if (!report.complete) continue;
    const SteadyTime end = clock.now().steady;
    rusage children{};
    ::getrusage(RUSAGE_CHILDREN, &children);
    return nlohmann::json{
        {"seconds", to_seconds(end - start)}, {"runs", runs},
        {"commits", report.commits},          {"findings", report.findings.size()},
        {"bytes", shared.bytes.load()},       {"child_resident_kb", children.ru_maxrss}};
  }
}

}  // namespace
}  // namespace clawvigil

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 3) {
    std::cerr << "Usage: git_history DIRECTORY EXPRESSION\n";
    return 2;
  }
  try {
    const auto result = clawvigil::measure(arguments[1], arguments[2]);
    if (result) {
      std::cout << *result << "\n";
      return 0;
    }
    std::cerr << "git_history: " << result.error().message << "\n";
  } catch (const std::exception& exception) {
    std::cerr << "git_history: " << exception.what() << "\n";
  }
  return 1;
}
