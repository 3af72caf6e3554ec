// Whom a visitor of this host's services trusts.
#pragma once

#include <string>

#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::tls {

// The certificates of the system's authorities in PEM, at most 4 MiB, from where the distributions
// keep them. not_found: none of these files exists (package ca-certificates).
[[nodiscard]] Result<std::string> system_authorities(const host::Root& root);

// Those and the owner's own; `ca_file` may be "".
[[nodiscard]] Result<std::string> authorities_with(const host::Root& root,
                                                   const Result<std::string>& system,
                                                   const std::string& ca_file);

}  // namespace clawvigil::tls
