// Events of units counted over their restarts.
//
// The kernel counts in memory.events of a cgroup, and systemd makes a new cgroup with each start of
// a unit: when the gateway itself is killed, its own count of that is gone a second later. The
// slice above counts what happens below it, and stays. So, between two looks, what the unit's
// present cgroup does not tell of although the slice has counted it, happened to the cgroup before:
// if the unit was made anew meanwhile, it is counted as the unit's. (Captured from Linux 6.1: the
// unit has "oom_kill 0" after its gateway was killed, app.slice "oom_kill 2".)
//
// What was there at the first look of all is history and counts as 0; EventLedger keeps the totals
// and the last look, so that a restart of the daemon loses nothing and counts nothing twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/limits/cgroup_reader.h"
#include "exporter/collect/event_ledger.h"

namespace clawvigil::limits {

// Whose events these are: the labels of its series.
struct UnitKey {
  std::string_view home;
  std::string_view unit;
  std::string_view manager;
};

// What one look at the cgroups found.
struct MemoryLook {
  std::string boot;                        // changes with every boot of the host
  std::uint64_t identity = 0;              // of the unit's cgroup; 0: it has none now
  MemoryEventCounts own;                   // zeros without one
  std::optional<MemoryEventCounts> slice;  // of the cgroup above it
};

// too_large: no room to note the look; nothing was counted.
[[nodiscard]] Result<> count_memory_events(EventLedger& ledger, const UnitKey& key,
                                           const MemoryLook& look);

// `restarts` is the manager's own count, which begins again at 0 when the unit is started by hand.
// The total begins with the first number seen.
[[nodiscard]] Result<> count_restarts(EventLedger& ledger, const UnitKey& key,
                                      std::uint64_t restarts);

}  // namespace clawvigil::limits
