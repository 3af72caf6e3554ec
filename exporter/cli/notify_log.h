// The messages of late, for people at a terminal and for other programs. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/notify/message_log.h"
#include "exporter/cli/terminal.h"
#include "exporter/host/time_zone.h"

namespace clawvigil::cli {

struct NotifyLogView {
  const std::vector<notify::LoggedMessage>& messages;
  const std::map<std::string, std::string>& services;  // by receiver: "telegram"
  const host::TimeZone& zone;
  SystemTime now;
};

// Two lines or more for each: what it was and how it ended, then the alerts. No line is longer than
// `columns`, unless a word is.
[[nodiscard]] std::string notify_log_text(const NotifyLogView& view, std::size_t columns,
                                          const Style& style);

// One object; members are only ever added. docs/notify.md says what they mean.
[[nodiscard]] std::string notify_log_json(const std::vector<notify::LoggedMessage>& messages);

}  // namespace clawvigil::cli
