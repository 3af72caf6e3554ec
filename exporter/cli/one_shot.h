// The state of every rule without a daemon: all collectors run once, the rules are evaluated once,
// with what the state database remembers of the past, if there is one.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/cli/settings.h"

namespace clawvigil::cli {

// Gives the document of status_document.h. `for` of the rules is not waited for: what is wrong now
// is broken. Collectors that have not come back after 60 s leave their rules unknown. Writes
// nothing but a temporary directory of its own, which is removed. `progress` is called now and then
// with what is still awaited.
[[nodiscard]] Result<nlohmann::json> look_once(
    const Settings& settings, const Clock& clock,
    const std::function<void(std::string_view)>& progress);

[[nodiscard]] std::string host_name();

}  // namespace clawvigil::cli
