// Small facts about this host: when a file was changed, whether a unit of systemd is switched on.
#pragma once

#include <optional>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::updates {

// When the file or directory at this absolute path was last written; nullopt if it is not there.
[[nodiscard]] Result<std::optional<SystemTime>> modified_at(const host::Root& root,
                                                            std::string_view path);

// Whether systemd starts this timer: it is linked into timers.target.wants and neither it nor its
// service is masked. Read from /etc/systemd/system, without asking systemd.
[[nodiscard]] bool is_timer_enabled(const host::Root& root, std::string_view timer);

}  // namespace clawvigil::updates
