#include "exporter/cli/settings.h"

#include "exporter/config/loader.h"
#include "exporter/host/file.h"

namespace clawvigil::cli {

namespace {

Result<std::string> read_file(const std::string& path) {
  TRY_ASSIGN(const host::Root root, host::Root::open("/"));
  return root.read_system_file(path, yaml::kMaxBytes);
}

}  // namespace

std::expected<Settings, std::vector<std::string>> read_settings(
    const Arguments& arguments, std::span<const config::CollectorChoice> collectors) {
  Settings settings;
  settings.source = arguments.config_file.value_or(std::string(kDefaultConfigFile));
  const auto text = read_file(settings.source);
  if (!text) {
    const bool optional = !arguments.config_file && text.error().code == Errc::not_found;
    if (!optional) return std::unexpected(std::vector{text.error().message});
    settings.source += " does not exist, defaults are used";
  } else {
    auto loaded = config::load(*text, collectors);
    if (!loaded) {
      std::vector<std::string> lines;
      for (const auto& problem : loaded.error()) {
        lines.push_back(config::to_string(settings.source, problem));
      }
      return std::unexpected(std::move(lines));
    }
    settings.config = std::move(*loaded);
  }
  apply(arguments.overrides, settings.config);
  return settings;
}

}  // namespace clawvigil::cli
