// The families about what a unit uses and may use, from its cgroup.
#pragma once

#include <optional>
#include <string>

#include "collectors/limits/cgroup_reader.h"
#include "collectors/limits/unit_ledger.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/model/batch.h"

namespace clawvigil::limits {

// What the host has, beyond which a limit is none.
struct HostCapacity {
  std::optional<std::uint64_t> memory;  // bytes
  std::optional<std::uint64_t> tasks;   // threads the kernel makes at most
  std::size_t processors = 0;           // 0: not known
  std::optional<bool> swap;
  std::string boot;  // "" when it cannot be read
};

[[nodiscard]] HostCapacity read_capacity(const host::Root& root);

struct CgroupExport {
  const Result<CgroupReader>& cgroups;
  const HostCapacity& host;
  const UnitKey& key;
  const std::string& cgroup;  // "" or one that is gone: the unit does not run
  EventLedger& ledger;
};

void export_cgroup(const CgroupExport& what, Batch& out);

}  // namespace clawvigil::limits
