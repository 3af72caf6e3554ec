// Asks the systemd manager of the system about units, over D-Bus (org.freedesktop.systemd1(5)).
// Any user may read properties there. Managers of users talk only to their user and to root:
// what those say comes through a probe.
//
// Nothing blocks beyond the deadline, whoever answers at the bus, and no connection is kept: one
// costs a millisecond, an idle one memory here and in the bus.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

struct sd_bus;

namespace clawvigil::host {

class ServiceManager {
 public:
  // Values of strings as they are, of numbers and booleans in decimal. By name.
  using Properties = std::map<std::string, std::string, std::less<>>;

  // Over <rootfs>/run/dbus/system_bus_socket. `budget` is for everything this object does.
  // not_found: there is no such bus; denied: it refuses us; timeout: it does not answer in time.
  [[nodiscard]] static Result<ServiceManager> connect(const std::string& rootfs, Duration budget);

  // Those of `wanted` that the unit has, of its interfaces Unit and Service; at most 64 KiB each.
  // A name that is no unit's has LoadState=not-found.
  [[nodiscard]] Result<Properties> properties(const std::string& unit,
                                              std::span<const std::string_view> wanted);

 private:
  struct Closer {
    void operator()(sd_bus* bus) const;
  };

  explicit ServiceManager(SteadyTime end) : end_(end) {}
  [[nodiscard]] Result<> wait_until_ready();
  [[nodiscard]] Result<Properties> read(const std::string& path, const char* interface,
                                        std::span<const std::string_view> wanted);
  [[nodiscard]] Duration left() const;

  SteadyTime end_;
  std::unique_ptr<sd_bus, Closer> bus_;
};

}  // namespace clawvigil::host
