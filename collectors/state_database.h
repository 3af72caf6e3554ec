// OpenClaw's state database, $S/state/openclaw.sqlite, which versions from 2026.5 on keep.
#pragma once

#include <optional>

#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/host/sqlite.h"

namespace clawvigil {

// nullopt when the home has none. A read transaction may last one second.
[[nodiscard]] Result<std::optional<host::ReadOnlyDatabase>> open_state_database(const Home& home);

}  // namespace clawvigil
