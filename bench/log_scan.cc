// Reads one log file as the collector `access` does, from its beginning to its end.
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "collectors/parse/openclaw_log.h"
#include "exporter/host/log_follower.h"

namespace clawvigil {
namespace {

Result<nlohmann::json> scan(const std::filesystem::path& path) {
  constexpr std::uint64_t kWholeFile = ~std::uint64_t{0} / 2;
  const std::string name = path.filename();
  TRY_ASSIGN(const host::Root root, host::Root::open("/"));
  TRY_ASSIGN(const host::Dir directory, root.anchor(path.parent_path().string()));
  host::LogFollower follower({.belongs = [&](std::string_view other) { return other == name; },
                              .open = {.owner = std::nullopt, .allow_links = true}},
                             host::LogFollower::Start::beginning);
  parse::LogScanner scanner;
  parse::LogScanner::Counts counts;
  std::uint64_t events = 0;
  const auto sink = [&](std::string_view lines) {
    const auto more = scanner.scan_file(lines, [&](const parse::LogEvent&) { ++events; });
    counts.lines += more.lines;
    counts.not_understood += more.not_understood;
  };
  TRY_ASSIGN(const host::LogProgress progress, follower.read(directory, kWholeFile, sink));
  return nlohmann::json{{"bytes", progress.bytes},
                        {"lines", counts.lines},
                        {"events", events},
                        {"not_understood", counts.not_understood}};
}

}  // namespace
}  // namespace clawvigil

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 2) {
    std::cerr << "Usage: log_scan FILE\n";
    return 2;
  }
  try {
    const auto result = clawvigil::scan(std::filesystem::absolute(arguments[1]));
    if (result) {
      std::cout << *result << "\n";
      return 0;
    }
    std::cerr << "log_scan: " << result.error().message << "\n";
  } catch (const std::exception& exception) {
    std::cerr << "log_scan: " << exception.what() << "\n";
  }
  return 1;
}
