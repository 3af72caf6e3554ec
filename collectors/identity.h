// identity: as whom the gateway runs, and what that user may do beyond it. Reads /proc,
// /etc/passwd, /etc/group, sudoers(5) and its includes, the sessions of systemd-logind and
// lastlog(5).
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kIdentityInfo;
[[nodiscard]] std::unique_ptr<Collector> make_identity_collector();

}  // namespace clawvigil
