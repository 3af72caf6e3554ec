#include "collectors/limits/unit_states.h"

#include <algorithm>
#include <array>

#include "collectors/probe_reading.h"

namespace clawvigil::limits {

namespace {

constexpr Duration kBusBudget = std::chrono::seconds(5);
// The timer asks every five minutes.
constexpr Duration kMaxReportAge = std::chrono::minutes(30);
constexpr std::array<std::string_view, 7> kWanted{
    "Id", "LoadState", "ActiveState", "UnitFileState", "Restart", "NRestarts", "ControlGroup"};

}  // namespace

Result<parse::UnitState> UnitStates::state(const GatewayUnit& unit, const Home& home) {
  if (unit.manager == parse::UnitManager::system) return ask_system(unit.name);
  if (unit.manager == parse::UnitManager::user) return look_up(unit.name, home);
  return fail(Errc::unsupported, "the gateway is not a unit of systemd");
}

Result<parse::UnitState> UnitStates::ask_system(const std::string& unit) {
  if (!system_) system_ = host::ServiceManager::connect(context_.config.rootfs, kBusBudget);
  if (!*system_) return std::unexpected(system_->error());
  TRY_ASSIGN(const auto properties, (*system_)->properties(unit, kWanted));
  const auto found = parse::unit_state(properties);
  if (!found) return fail(Errc::parse, "systemd does not say how the unit is");
  if (!found->loaded) return fail(Errc::not_found, "systemd has no such unit");
  return *found;
}

Result<parse::UnitState> UnitStates::look_up(const std::string& unit, const Home& home) {
  if (!report_) report_ = read_probe(context_, kUserUnitsProbe, kMaxReportAge);
  if (!*report_) return std::unexpected(report_->error());
  const auto output = output_of(**report_, home.label);
  if (!output) return prefixed(output.error(), kUserUnitsProbe);
  for (const parse::UnitProperties& properties : parse::parse_unit_properties(*output)) {
    const auto found = parse::unit_state(properties);
    if (found && found->name == unit && found->loaded) return *found;
  }
  return fail(Errc::not_found, "the user's systemd does not run, or has no such unit");
}

}  // namespace clawvigil::limits
