// A secret the owner keeps in a file of its own: a token, a password, a webhook's URL.
#pragma once

#include <string>

#include "exporter/base/result.h"
#include "exporter/base/secret.h"

namespace clawvigil::host {

// The content without the line end it finishes with. The path comes from the owner's configuration,
// so symlinks are followed. unsafe: not a regular file, or every user of the host may read it;
// too_large: more than 16 KiB; parse: empty, or of several lines. Messages say how to repair it and
// never quote the content.
[[nodiscard]] Result<Secret> read_secret_file(const std::string& path);

}  // namespace clawvigil::host
