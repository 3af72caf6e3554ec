// The commented sample configuration: every setting with its default. Loading it gives Config{}
// but for the collectors, which are spelled out.
#pragma once

#include <span>
#include <string>

#include "exporter/config/schema.h"

namespace clawvigil::config {

[[nodiscard]] std::string sample(std::span<const CollectorChoice> collectors);

}  // namespace clawvigil::config
