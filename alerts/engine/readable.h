// Texts of alerts for people. The annotations themselves stay as a Prometheus writes them, in the
// API, for Alertmanager and webhooks, in exported rules; what the page, `check` and messages show
// of them goes through here.
#pragma once

#include <string>
#include <string_view>

namespace clawvigil::alerts {

// What humanizeDuration wrote, in its two largest units, as one says an age or a term: "253d 16h
// 33m 48s" is "253d 16h", "90d 0h 0m 0s" is "90d"; in French "253 j 16 h" and "90 j". Cut, not
// rounded. Everything else stays as it is.
[[nodiscard]] std::string with_coarse_durations(std::string_view text, bool french);

}  // namespace clawvigil::alerts
