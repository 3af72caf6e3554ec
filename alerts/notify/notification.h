// What one receiver is told at one time: alerts, a digest or a test. Plain data, without secrets;
// it is what the outbox keeps, and what every receiver renders in its own way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/engine/alert.h"
#include "alerts/notify/workspace_day.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::notify {

using alerts::Alert;
using alerts::kWatchdog;
using alerts::Severity;

// For the daily digest: how many rules are in which state, and what happened in the agents'
// repositories.
struct DigestFacts {
  std::size_t ok = 0;
  std::size_t broken = 0;
  std::size_t unknown = 0;
  WorkspaceDay workspace = {};
};

struct Event {
  enum class Kind {
    fired,     // began to fire
    still,     // fires and was told before
    resolved,  // stopped
    passed,    // fired and stopped before it could be told
    gone,      // its rule no longer exists or is switched off
  };
  Kind kind = Kind::fired;
  Alert alert;
  SystemTime at;                      // when it happened: fired_at, resolved_at, or the reminder
  std::uint32_t fired_last_hour = 1;  // more than 1: it comes and goes
};

struct Notification {
  enum class Kind { alerts, digest, test };
  Kind kind = Kind::alerts;
  SystemTime time;             // when it was made
  std::string host;            // the watched machine
  std::vector<Event> events;   // worst first; of a digest: what is open, and news of low severity
  DigestFacts facts;           // of a digest
  std::uint64_t given_up = 0;  // of a digest: events that could not be delivered since the last
  std::uint64_t left_out = 0;  // events beyond kMaxEvents
  std::string stands_in_for;   // the receiver that fails and whose fallback gets this
};

inline constexpr std::size_t kMaxEvents = 100;

// What fires before what ended; critical before warning before info; what began before what goes
// on; then by name and labels. At most kMaxEvents stay, the rest is counted.
void sort_and_bound(Notification& notification);

// One notification in place of two, `newer` having come after `older`. Of two events of one alert
// the later stays, but what was never told of is not forgotten: fired, then resolved is `passed`.
[[nodiscard]] Notification merge(const Notification& older, const Notification& newer);

// 32 hexadecimal digits, equal for the same news to the same receiver, over retries and restarts.
[[nodiscard]] std::string dedup_key(std::string_view receiver, const Notification& notification);

[[nodiscard]] std::string to_json(const Notification& notification);
// parse: not written by to_json.
[[nodiscard]] Result<Notification> notification_from_json(std::string_view text);
[[nodiscard]] std::string to_json(const Alert& alert);
[[nodiscard]] Result<Alert> alert_from_json(std::string_view text);

// The worst severity among what fires or passed; nullopt when all is about ends.
[[nodiscard]] std::optional<Severity> worst(const Notification& notification);

}  // namespace clawvigil::notify
