// What this process gives up before it looks at anything hostile.
#pragma once

#include <string>

#include "exporter/base/result.h"

namespace clawvigil::host {

// With Landlock: from now on this thread and all it starts may read everything it could, but write
// only below `writable` (a directory that
// exists, or "" for nowhere) and execute nothing at all. Also sets
// no_new_privs. Errc::unsupported on a kernel without Landlock: nothing has changed then.
[[nodiscard]] Result<> restrict_writes_and_exec(const std::string& writable);

// The same, but nothing is writable and only what is below the open `directory` is readable.
[[nodiscard]] Result<> restrict_to_reading_below(int directory);

// The calling thread and all it starts lose every capability for good.
[[nodiscard]] Result<> drop_capabilities();

}  // namespace clawvigil::host
