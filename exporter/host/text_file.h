// Files that commands write for the owner. The daemon itself writes none.
#pragma once

#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::host {

// Replaces the file as a whole, or leaves it as it was: mode 0644 less the umask. Its directory is
// made when it is missing (the last component only).
[[nodiscard]] Result<> write_text_file(const std::string& path, std::string_view text);

}  // namespace clawvigil::host
