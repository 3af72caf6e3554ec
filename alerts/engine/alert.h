// An alert: one element of the result of one rule, as the engine hands it to those who tell the
// owner and to those who show it. Plain data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "alerts/promql/labels.h"
#include "exporter/base/clock.h"

namespace clawvigil::alerts {

// From the label `severity` of the rule, or the owner's override.
enum class Severity { critical, warning, info };

constexpr std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return "critical";
    case Severity::warning:
      return "warning";
    case Severity::info:
      return "info";
  }
  return "info";
}

// The alert that always fires while all is well.
inline constexpr std::string_view kWatchdog = "Watchdog";

enum class AlertState { pending, firing, resolved };

struct Alert {
  // alertname, severity, area, control, the rule's other labels and those of the element (job and
  // instance included). Two alerts are the same if these are equal.
  promql::Labels labels;
  // Expanded, in English: summary, description, action, runbook_url, whatever else the rule has.
  std::map<std::string, std::string> annotations;
  // The same in French, where the bundled texts have it; else empty.
  std::map<std::string, std::string> translated;
  Severity severity = Severity::warning;
  AlertState state = AlertState::pending;
  double value = 0;
  SystemTime active_at;                   // first evaluation that returned it
  std::optional<SystemTime> fired_at;     // set once firing
  std::optional<SystemTime> resolved_at;  // set once resolved
  bool frozen = false;                    // kept as it was because the collector behind it fails
  // Stable over restarts and machines: a hash of the labels. With fired_at it names one firing.
  std::uint64_t fingerprint = 0;

  [[nodiscard]] std::string_view name() const { return labels.get("alertname"); }
};

}  // namespace clawvigil::alerts
