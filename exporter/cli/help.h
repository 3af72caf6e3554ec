// The text of --help, made from the table of settings and the list of collectors.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "exporter/config/schema.h"

namespace clawvigil::cli {

// `command`: only what that one takes, or those of its group: "spend", "notify log", "notify". All
// there is for "" and for what serve takes.
[[nodiscard]] std::string help_text(std::span<const config::CollectorChoice> collectors,
                                    std::string_view command = {});

}  // namespace clawvigil::cli
