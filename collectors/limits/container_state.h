// Restart policy and restarts of a container, from the files of Docker.
#pragma once

#include <cstdint>
#include <string>

#include "collectors/limits/gateway_unit.h"
#include "exporter/base/result.h"

namespace clawvigil::limits {

struct ContainerState {
  std::string restart;  // Docker's policy
  std::uint64_t restarts = 0;
};

// Of the container whose cgroup this is, in the usual data directories of Docker. unsupported: it
// is none of Docker's (Podman keeps this elsewhere); not_found: no such directory has it.
[[nodiscard]] Result<ContainerState> container_state(const UnitScope& scope,
                                                     const std::string& cgroup);

}  // namespace clawvigil::limits
