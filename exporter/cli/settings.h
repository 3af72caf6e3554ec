// File and flags to the settings in force.
#pragma once

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alerts/engine/rule_set.h"
#include "exporter/cli/arguments.h"
#include "exporter/config/config.h"

namespace clawvigil::cli {

// One line per problem, "file:line:column: …".
using Lines = std::vector<std::string>;

struct Settings {
  Config config;
  std::shared_ptr<const alerts::RuleSet> rules;
  std::string source;  // for people: the file, or that there is none
};

// Each reads the machine.

// The configuration alone; `rules` stays null. A file that was named must exist; the default one
// need not.
[[nodiscard]] std::expected<Settings, Lines> read_config(
    const Arguments& arguments, std::span<const config::CollectorChoice> collectors);

// The configuration and the rules it asks for.
[[nodiscard]] std::expected<Settings, Lines> read_settings(
    const Arguments& arguments, std::span<const config::CollectorChoice> collectors);

// The bundled rules and the owner's own files.
[[nodiscard]] std::expected<alerts::RuleSources, Lines> read_rule_sources(
    const std::vector<std::string>& owner_files);

// Reads the price lists the configuration names into it; the problems, if there are any.
[[nodiscard]] Lines read_price_lists(Config& config);

// A file of the owner, at most yaml::kMaxBytes.
[[nodiscard]] Result<std::string> read_text(const std::string& path);

[[nodiscard]] Lines lines_of(const alerts::RuleProblems& problems);

// Where a running daemon tells its state (host/status_socket.h).
[[nodiscard]] inline std::string status_socket_path(const Config& config) {
  return config.storage_path + "/status.sock";
}

}  // namespace clawvigil::cli
