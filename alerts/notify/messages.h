// The words of messages around what the rules say, in the owner's language. Pure; times of day are
// shown in the host's zone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "alerts/engine/alert.h"
#include "exporter/base/clock.h"

namespace clawvigil::notify {

// One language. "#" stands for a number or a text that is put in.
struct Texts {
  std::string_view critical, warning, info;  // the word of a severity
  std::string_view colon;                    // with the space that belongs to it
  std::string_view one_critical, critical_alerts, one_warning, warnings, one_info, infos;
  std::string_view one_resolved, resolved_alerts, one_gone, gone_alerts;
  std::string_view still_firing, resolved_after, fired_and_resolved, no_longer_watched;
  std::string_view rule_gone;
  std::string_view run, since, for_time, runbook, page;
  std::string_view fired_often;
  std::string_view instead_of, more;
  std::string_view digest, rules_ok, rules_broken, rules_unknown, open_alerts, news, over, given_up,
      quiet;
  std::string_view test, test_text;
  std::string_view month_day;  // strftime
  std::string_view day_unit;
};

// "fr" is French, everything else English.
[[nodiscard]] const Texts& texts(std::string_view language);

[[nodiscard]] std::string_view severity_word(const Texts& texts, alerts::Severity severity);
[[nodiscard]] std::string fill(std::string_view pattern, std::string_view value);
[[nodiscard]] std::string fill(std::string_view pattern, std::uint64_t number);

// "12 s", "3 min", "2 h 5 min", "4 d 3 h"
[[nodiscard]] std::string duration_text(const Texts& texts, Duration duration);
// "14:03", with the day in front unless it is the day of `now`.
[[nodiscard]] std::string time_text(const Texts& texts, SystemTime time, SystemTime now);

}  // namespace clawvigil::notify
