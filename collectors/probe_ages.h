// When each privileged probe last read something, for the collector self: a timer that died must
// not look like a host on which nothing happens.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "exporter/collect/collector.h"

namespace clawvigil {

// Those of exporter/probe; a test compares.
inline constexpr std::array<std::string_view, 3> kProbeNames{"nftables", "openclaw-audit",
                                                             "user-units"};

// One thread. A report is read again only when it has been replaced.
class ProbeAges {
 public:
  // `family` has the label `probe`. No sample for a probe that never ran, nor for reports this
  // process may not read: who needs them tells that.
  void measure(const Context& context, const Metric<1>& family, Batch& out);

 private:
  struct Known {
    host::FileStat stat;
    std::optional<SystemTime> taken;  // nullopt: nothing was read
  };
  std::map<std::string_view, Known> known_;
};

}  // namespace clawvigil
