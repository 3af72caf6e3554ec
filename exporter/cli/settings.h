// File and flags to the Config in force.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "exporter/cli/arguments.h"

namespace clawvigil::cli {

struct Settings {
  Config config;
  std::string source;  // for people: the file, or that there is none
};

// Reads the machine. A file that was named must exist; the default one need not. The error holds
// one line per problem, "file:line:column: …".
[[nodiscard]] std::expected<Settings, std::vector<std::string>> read_settings(
    const Arguments& arguments, std::span<const config::CollectorChoice> collectors);

}  // namespace clawvigil::cli
