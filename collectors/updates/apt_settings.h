// What the owner told apt: its configuration and pins, read as apt reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/apt_config.h"
#include "collectors/parse/apt_preferences.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::updates {

// /etc/apt/apt.conf.d, then /etc/apt/apt.conf. Files that are not there are none; any other fault
// is an error that names the file, as apt refuses to work then.
[[nodiscard]] Result<parse::AptConfig> read_apt_config(const host::Root& root);

// /etc/apt/preferences, then /etc/apt/preferences.d, one text after the other: what one of them
// says is also what tells whether anything changed. Each at most 1 MiB, at most 512 of them.
[[nodiscard]] Result<std::vector<std::string>> read_apt_preferences(const host::Root& root);

}  // namespace clawvigil::updates
