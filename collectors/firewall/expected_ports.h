// Ports the owner is known to want open: listeners accepted by command or configuration, those of
// the SSH server he logs in by, and those by which this host gets its address (DHCP).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/base/result.h"
#include "exporter/collect/collector.h"

namespace clawvigil::firewall {

class ExpectedPorts {
 public:
  // Errors of the state database.
  [[nodiscard]] static Result<ExpectedPorts> read(const Context& context);

  [[nodiscard]] bool contains(std::string_view protocol, std::uint16_t port) const {
    return ports_.contains({std::string(protocol), port});
  }

 private:
  std::set<std::pair<std::string, std::uint16_t>> ports_;
};

}  // namespace clawvigil::firewall
