#include "exporter/cli/commands.h"

#include <ostream>

#include "alerts/notify/channel.h"
#include "collectors/registry.h"
#include "exporter/base/strings.h"
#include "exporter/base/version.h"
#include "exporter/cli/settings.h"
#include "exporter/cli/terminal.h"
#include "exporter/config/prices.h"
#include "exporter/web/view.h"

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

std::string rules_text(const Settings& settings) {
  if (!settings.config.alerts.enabled) return "not evaluated here";
  std::string text = std::to_string(settings.rules->size()) + " in force";
  if (const auto changed = settings.config.alerts.overrides.size(); changed > 0) {
    text += ", " + std::to_string(changed) + " changed by you";
  }
  return text;
}

std::string receivers_text(const Config& config) {
  std::vector<std::string_view> names;
  names.reserve(config.notify.receivers.size());
  for (const ReceiverConfig& receiver : config.notify.receivers) names.push_back(receiver.name);
  return names.empty() ? "nobody: no receiver is configured" : join(names, " ");
}

std::string prices_text(const SpendConfig& spend) {
  std::string text;
  for (std::size_t i = 0; i < spend.price_lists.size(); ++i) {
    const PriceList& list = spend.price_lists[i];
    text += spend.price_files[i] + ": " + std::to_string(list.entries.size()) + " of " +
            web::format_date(list.date).english + ", ";
  }
  const PriceList& shipped = config::shipped_prices();
  return text + "shipped: " + std::to_string(shipped.entries.size()) + " of " +
         web::format_date(shipped.date).english;
}

}  // namespace

int print_version(std::ostream& out) {
  out << "clawvigil, version " << version() << " (revision " << revision() << ", " << compiler()
      << ")\n";
  return 0;
}

int config_check(const CommandContext& context) {
  const auto settings = context.settings();
  if (!settings) return settings.error();
  const Config& config = settings->config;
  context.out << "configuration is valid: " << settings->source << "\n"
              << table({
                     {"  serves",
                      "http://" + config.web.listen_address + config.web.telemetry_path},
                     {"  OpenClaw homes", homes_text(config)},
                     {"  collectors", collectors_text(config, true)},
                     {"  switched off", collectors_text(config, false)},
                     {"  known listeners", std::to_string(config.listeners.accepted.size())},
                     {"  rules", rules_text(*settings)},
                     {"  prices", prices_text(config.spend)},
                     {"  tells", receivers_text(config)},
                     {"  heartbeat", notify::has_heartbeat(config.notify) ? "yes" : "none"},
                     {"  state", config.storage_path},
                 });
  return kSuccess;
}

void CommandContext::complain(std::string_view line) const { err << "clawvigil: " << line << "\n"; }

std::expected<Settings, int> CommandContext::settings() const {
  auto read = read_settings(arguments, collectors);
  if (read) return std::move(*read);
  for (const std::string& line : read.error()) complain(line);
  return std::unexpected(kWrongUsage);
}

std::expected<Settings, int> CommandContext::config() const {
  auto read = read_config(arguments, collectors);
  if (read) return std::move(*read);
  for (const std::string& line : read.error()) complain(line);
  return std::unexpected(kWrongUsage);
}

}  // namespace clawvigil::cli
