#include "exporter/cli/workspace_day.h"

#include "collectors/workspace_families.h"

namespace clawvigil::cli {

namespace {

// Adds up a family of labels home, repo and a class.
std::map<std::string, std::uint64_t> by_class(const Snapshot& snapshot, std::string_view name) {
  std::map<std::string, std::uint64_t> counts;
  const Family* const family = snapshot.find(name);
  if (family == nullptr) return counts;
  for (const auto& [labels, value] : family->samples) {
    if (value > 0 && !labels.empty()) counts[labels.back()] += static_cast<std::uint64_t>(value);
  }
  return counts;
}

}  // namespace

notify::WorkspaceDay workspace_day(const Snapshot& snapshot) {
  return {by_class(snapshot, workspace_families::kDayCommits.name()),
          by_class(snapshot, workspace_families::kDayChanges.name())};
}

}  // namespace clawvigil::cli
