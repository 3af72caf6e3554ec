// Alerts in the JSON of Alertmanager, shared by its webhook format and its API.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "alerts/notify/notification.h"
#include "alerts/notify/receiver.h"

namespace clawvigil::notify {

// "2026-11-22T00:00:00.000Z"; the year 0001 for no time, as Go writes it.
[[nodiscard]] std::string rfc3339(std::optional<SystemTime> time);
[[nodiscard]] nlohmann::json labels_json(const Alert& alert);
// In the owner's language where there is a text, with the owner's runbook.
[[nodiscard]] nlohmann::json annotations_json(const Alert& alert, const RenderOptions& options);
// Any bytes are made valid UTF-8.
[[nodiscard]] std::string dump(const nlohmann::json& value);
// The alert of a test message: alertname ClawvigilTest, severity info.
[[nodiscard]] Alert test_alert(const Notification& notification, const RenderOptions& options);

}  // namespace clawvigil::notify
