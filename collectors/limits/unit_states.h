// What systemd's managers say of a home's unit: the system's over D-Bus, a user's through the probe
// "user-units" (nobody but the user and root may ask it).
#pragma once

#include <optional>
#include <string>

#include "collectors/limits/gateway_unit.h"
#include "collectors/parse/unit_properties.h"
#include "exporter/base/result.h"
#include "exporter/collect/collector.h"
#include "exporter/host/service_manager.h"
#include "exporter/host/spool.h"

namespace clawvigil::limits {

inline constexpr std::string_view kUserUnitsProbe = "user-units";

// For one run: the bus is connected to and the report read when first needed, once.
class UnitStates {
 public:
  explicit UnitStates(const Context& context) : context_(context) {}

  // unsupported: the unit is none of systemd's. Else the errors of the bus or of the report.
  [[nodiscard]] Result<parse::UnitState> state(const GatewayUnit& unit, const Home& home);

 private:
  [[nodiscard]] Result<parse::UnitState> ask_system(const std::string& unit);
  [[nodiscard]] Result<parse::UnitState> look_up(const std::string& unit, const Home& home);

  const Context& context_;
  std::optional<Result<host::ServiceManager>> system_;
  std::optional<Result<host::ProbeReport>> report_;
};

}  // namespace clawvigil::limits
