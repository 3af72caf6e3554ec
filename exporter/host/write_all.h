// Writing to a descriptor, to the end.
#pragma once

#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::host {

// All of `bytes`, to a descriptor that blocks. `what` names it in errors.
[[nodiscard]] Result<> write_all(int fd, std::string_view bytes, std::string_view what);

// The same for a file, which is on the disk then.
[[nodiscard]] Result<> write_and_sync(int fd, std::string_view bytes, std::string_view what);

}  // namespace clawvigil::host
