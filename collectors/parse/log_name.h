// The files a log consists of, by their names.
#pragma once

#include <string_view>

namespace clawvigil {

// Whether `name` is the log `base` or one of its rotated predecessors: access.log, access.log.1,
// access.log-20261122, access-2026-11-22T08-02-24.000.log. Compressed ones are none. Pure.
[[nodiscard]] bool is_log_file_name(std::string_view name, std::string_view base);

}  // namespace clawvigil
