// The state of every rule, for people and for `clawvigil check --json`. The JSON form is stable:
//
//   {"host": "vps", "time": "2026-11-22T04:00:00Z",
//    "summary": {"ok": 61, "broken": 1, "pending": 0, "unknown": 3, "accepted": 0, "silenced": 0},
//    "rules": [{"alertname", "area", "control", "severity", "state", "value", "labels", "summary",
//               "description", "action", "reason", "since", "until"}]}
//
// One entry for every pending or firing element, one for a rule without any. `value` is null where
// nothing was measured; the times are null or as `time`. The summary counts entries.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "alerts/engine/alert.h"
#include "exporter/base/clock.h"

namespace clawvigil::alerts {

enum class RuleStatus { ok, pending, broken, unknown, accepted, silenced };

constexpr std::string_view to_string(RuleStatus status) {
  switch (status) {
    case RuleStatus::ok:
      return "ok";
    case RuleStatus::pending:
      return "pending";
    case RuleStatus::broken:
      return "broken";
    case RuleStatus::unknown:
      return "unknown";
    case RuleStatus::accepted:
      return "accepted";
    case RuleStatus::silenced:
      return "silenced";
  }
  return "unknown";
}

struct AlertTexts {
  std::string summary;
  std::string description;
  std::string action;
};

struct PostureEntry {
  std::string alertname;
  std::string area;
  std::string control;
  Severity severity = Severity::warning;
  RuleStatus status = RuleStatus::unknown;
  // Of an element: its value. Of a rule that is ok: the left side of its comparison, the element
  // nearest to the threshold.
  std::optional<double> value;
  promql::Labels labels;    // of the element; empty for a rule without any
  std::string summary;      // of an element in the owner's language; of a rule: what is watched
  std::string description;  // the same
  std::string action;       // what repairs it (action.h)
  std::string reason;       // why unknown, accepted or silenced, or "" ; also why frozen
  std::optional<SystemTime> since;  // of an element: when it was first seen
  // Of a rule without any: since when it is unknown, or known again; nothing if that did not change
  // since the start.
  std::optional<SystemTime> known_since;
  // Of an element: what it says in either language; `french` is empty for a rule of the owner's.
  AlertTexts english;
  AlertTexts french;
  std::optional<SystemTime> until;  // when the silence or the acceptance ends; none: it does not
};

struct Posture {
  std::string host;
  SystemTime time;
  std::vector<PostureEntry> entries;  // in the order of the rule files
  [[nodiscard]] std::size_t count(RuleStatus status) const;
};

// What the owner has said about an alert (alerts/notify keeps it).
struct Silenced {
  bool accepted = false;  // a finding accepted as known; else a silence with an end
  std::string comment;
  std::optional<SystemTime> until{};  // none: for good
};
using SilencedBy = std::function<std::optional<Silenced>(const promql::Labels&)>;

[[nodiscard]] nlohmann::json to_json(const Posture& posture);

}  // namespace clawvigil::alerts
