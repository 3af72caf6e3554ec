// The text of --help, made from the table of settings and the list of collectors.
#pragma once

#include <span>
#include <string>

#include "exporter/config/schema.h"

namespace clawvigil::cli {

[[nodiscard]] std::string help_text(std::span<const config::CollectorChoice> collectors);

}  // namespace clawvigil::cli
