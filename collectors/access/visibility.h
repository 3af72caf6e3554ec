// Which rejections leave a trace in a log of the configured level. Below debug OpenClaw keeps most
// of them to itself: a stranger who writes to an allow list, a member of a group who may not
// command. Requests for pairing are always booked.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "collectors/parse/openclaw_channels.h"

namespace clawvigil {

// Channel to whether every rejection its enabled accounts may cause can be seen. Direct messages
// and groups that are disabled are left out: who switched them off expects nobody. `log_read`:
// lines of the log file are read, not only standard output, where channels say nothing. Pure.
[[nodiscard]] std::map<std::string, bool> rejections_visible(
    std::span<const ChannelAccount> accounts, std::string_view log_level, bool log_read);

// False if the level hides the warnings that tell of failed authentications.
[[nodiscard]] bool warnings_logged(std::string_view log_level);

}  // namespace clawvigil
