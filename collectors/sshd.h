// sshd: who may log in over SSH, who did, who tried, and which keys open the door.
//
// Reads sshd_config with its drop-ins, accounts and groups, every account's authorized_keys, and
// sshd's messages in the journal or, on a host without one, in auth.log. Formats: parse/sshd_*.h.
// A host without sshd has none of these families, and nothing is unknown there.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kSshdInfo;
[[nodiscard]] std::unique_ptr<Collector> make_sshd_collector();

}  // namespace clawvigil
