// The command line as data. Parsing touches nothing but its arguments, so it is tested directly.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/cli/command_flags.h"
#include "exporter/cli/terminal.h"
#include "exporter/config/schema.h"

namespace clawvigil::cli {

inline constexpr std::string_view kDefaultConfigFile = "/etc/clawvigil/clawvigil.yml";

// What flags say; it wins over the file.
struct Overrides {
  // Every value is valid; the values of a list replace the file's list.
  std::vector<std::pair<const config::Key*, std::vector<std::string>>> values;
  std::vector<std::pair<std::string, bool>> collectors;  // name, enabled
  bool disable_default_collectors = false;
};

struct Arguments {
  Command command = Command::serve;
  CommandArguments given;
  ColourChoice colours = ColourChoice::automatic;  // --color
  std::optional<std::string> config_file;  // absolute; nullopt: kDefaultConfigFile, if it exists
  Overrides overrides;
};

// `arguments` without the program's name. Relative paths are taken from `directory`. The error is
// one line for people, without "clawvigil:" before it.
[[nodiscard]] std::expected<Arguments, std::string> parse_arguments(
    std::span<const std::string> arguments, std::span<const config::CollectorChoice> collectors,
    const std::string& directory);

void apply(const Overrides& overrides, Config& config);

}  // namespace clawvigil::cli
