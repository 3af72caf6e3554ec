#include "exporter/cli/commands.h"

#include <ostream>

#include "collectors/registry.h"
#include "exporter/base/strings.h"
#include "exporter/base/version.h"
#include "exporter/cli/settings.h"

namespace clawvigil::cli {

namespace {

std::string homes_text(const Config& config) {
  if (config.openclaw.homes.empty()) return "every home directory that has an openclaw.json";
  return join({config.openclaw.homes.begin(), config.openclaw.homes.end()}, " ");
}

std::string collectors_text(const Config& config, bool enabled) {
  std::vector<std::string_view> names;
  for (const CollectorInfo* const info : collector_infos()) {
    if (is_enabled(*info, config.collectors) == enabled) names.push_back(info->name);
  }
  return names.empty() ? "none" : join(names, " ");
}

}  // namespace

int print_version(std::ostream& out) {
  out << "clawvigil, version " << version() << " (revision " << revision() << ", " << compiler()
      << ")\n";
  return 0;
}

int config_check(const Arguments& arguments, std::span<const config::CollectorChoice> collectors,
                 std::ostream& out, std::ostream& err) {
  const auto settings = read_settings(arguments, collectors);
  if (!settings) {
    for (const std::string& line : settings.error()) print_problem(err, line);
    return 2;
  }
  const Config& config = settings->config;
  out << "configuration is valid: " << settings->source << "\n"
      << "  serves           http://" << config.web.listen_address << config.web.telemetry_path
      << "\n  OpenClaw homes   " << homes_text(config) << "\n  collectors       "
      << collectors_text(config, true) << "\n  switched off     " << collectors_text(config, false)
      << "\n  known listeners  " << config.listeners.accepted.size() << "\n  state            "
      << config.storage_path << "\n";
  return 0;
}

void print_problem(std::ostream& err, std::string_view line) {
  err << "clawvigil: " << line << "\n";
}

}  // namespace clawvigil::cli
