// What `clawvigil spend` was asked for. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/trigger.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/host/time_zone.h"

namespace clawvigil::cli {

// As the flags were given; "" for one that was not.
struct SpendFlags {
  std::string by;
  std::string since;
  std::string until;
  std::string agent;
  std::string model;
  std::string provider;
  std::string home;
  std::string trigger;
  std::optional<std::int64_t> limit;
  bool csv = false;
};

enum class SpendBy {
  hour,
  day,
  week,
  month,
  model,
  provider,
  agent,
  trigger,
  channel,
  home,
  session
};
inline constexpr std::array<std::string_view, 11> kSpendByNames{
    "hour",  "day",     "week",    "month", "model",  "provider",
    "agent", "trigger", "channel", "home",  "session"};
[[nodiscard]] constexpr std::string_view name_of(SpendBy by) {
  return kSpendByNames[static_cast<std::size_t>(by)];
}
[[nodiscard]] constexpr bool is_time(SpendBy by) { return by <= SpendBy::month; }
[[nodiscard]] constexpr CalendarUnit unit_of(SpendBy by) { return static_cast<CalendarUnit>(by); }

struct SpendRequest {
  std::vector<SpendBy> by;  // one or two, at most one of them a time; session stands alone
  SystemTime from;          // both on full hours (UTC), as the ledger keeps them
  SystemTime until;         // exclusive
  bool until_now = true;
  std::string agent;  // "": all; so the next three
  std::string model;  // with or without its provider: "anthropic/claude-opus-4"
  std::string provider;
  std::string home;
  std::optional<parse::Trigger> trigger;
  std::optional<std::size_t> limit;  // rows; nullopt: as fits where it is shown; 0: all

  [[nodiscard]] bool of_sessions() const { return by.front() == SpendBy::session; }
  // The dimension of time among `by`.
  [[nodiscard]] std::optional<SpendBy> unit_of_time() const;
};

// Errors: parse, with what was expected. Durations reach back from `now` to the next full period
// ("30d" by day: today and the 29 days before); dates are days of `zone`, `until` the last of them.
[[nodiscard]] Result<SpendRequest> spend_request(const SpendFlags& flags,
                                                 const host::TimeZone& zone, SystemTime now);

}  // namespace clawvigil::cli
