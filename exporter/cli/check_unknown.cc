#include "exporter/cli/check_unknown.h"

#include <algorithm>
#include <string_view>

#include "exporter/base/duration.h"

namespace clawvigil::cli {

namespace {

// As the engine says it (alerts/engine/history.cc): "needs history: it looks back 15m, and …"
constexpr std::string_view kLooksBack = "needs history: it looks back ";

std::optional<Duration> look_back_of(std::string_view reason) {
  if (!reason.starts_with(kLooksBack)) return std::nullopt;
  reason.remove_prefix(kLooksBack.size());
  return parse_duration(reason.substr(0, reason.find(',')));
}

// As the engine says them (alerts/engine/inputs.cc).
constexpr std::string_view kCollector = "the collector ";
constexpr std::string_view kUndetermined = " could not determine it: ";
constexpr std::string_view kOnlyDaemon = "the collector alerts does not run here";

// "firewall: nftables: …" of "the collector firewall could not determine it: nftables: …".
std::string shortened(const std::string& reason) {
  if (reason == kOnlyDaemon) return "Only a running clawvigil knows how its messages fare";
  const std::size_t at = reason.find(kUndetermined);
  if (!reason.starts_with(kCollector) || at == std::string::npos) return reason;
  return reason.substr(kCollector.size(), at - kCollector.size()) + ": " +
         reason.substr(at + kUndetermined.size());
}

void add(UnknownGroup& group, const std::string& alertname) {
  if (std::ranges::find(group.alertnames, alertname) == group.alertnames.end()) {
    group.alertnames.push_back(alertname);
  }
}

}  // namespace

std::vector<UnknownGroup> unknown_groups(const std::vector<const CheckEntry*>& entries) {
  std::vector<UnknownGroup> groups;
  UnknownGroup history;
  Duration longest{};
  for (const CheckEntry* entry : entries) {
    if (const auto back = look_back_of(entry->reason)) {
      longest = std::max(longest, *back);
      add(history, entry->alertname);
      continue;
    }
    const std::string reason = shortened(entry->reason);
    auto group = std::ranges::find(groups, reason, &UnknownGroup::reason);
    if (group == groups.end()) group = groups.insert(group, {reason, {}});
    add(*group, entry->alertname);
  }
  if (history.alertnames.empty()) return groups;
  history.reason = "Too little is recorded yet: they look back, up to " + to_string(longest) +
                   ", at what a running clawvigil has seen";
  groups.push_back(std::move(history));
  return groups;
}

}  // namespace clawvigil::cli
