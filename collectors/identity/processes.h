// The gateways that run on this machine, by the name they give themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collectors/parse/proc_status.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/host/file.h"

namespace clawvigil {

struct GatewayProcess {
  std::int64_t pid = 0;
  parse::ProcStatus status;
};

// Reads <root>/proc: one small file of each process; at most 32,768 of them (too_large).
[[nodiscard]] Result<std::vector<GatewayProcess>> find_gateway_processes(const host::Root& root);

// Those that serve `home`: run by its user, or named by a lock file in it (a gateway that root
// started over somebody's state). Two profiles of one user cannot be told apart and share theirs.
[[nodiscard]] std::vector<GatewayProcess> gateways_of(const Home& home,
                                                      const std::vector<GatewayProcess>& all);

}  // namespace clawvigil
