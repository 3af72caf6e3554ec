// The system calls that are left to a process that only reads and computes.
#pragma once

#include "exporter/base/result.h"

namespace clawvigil::host {

// From now on the calling thread may read files, map memory (none executable), write to what is
// open, and end. Everything else fails with EPERM: sockets, processes, signals, opening for
// writing. Sets no_new_privs. Errc::unsupported on a processor other than x86-64 and arm64.
[[nodiscard]] Result<> restrict_to_reading_system_calls();

}  // namespace clawvigil::host
