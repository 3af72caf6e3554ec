// Where the rules come from: the probe's report, or ufw's files.
#pragma once

#include <string>
#include <string_view>

#include "collectors/parse/ruleset.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"
#include "exporter/host/spool.h"

namespace clawvigil::firewall {

// The rules in a report of the probe "nftables". The error of a reading that is needed; those of
// assemble().
[[nodiscard]] Result<Ruleset> ruleset_of(const host::ProbeReport& report);

// What ufw would have loaded at start, if it is enabled; each file at most 1 MiB. not_found: ufw is
// not installed, or off, which says nothing about other rules there may be.
[[nodiscard]] Result<Ruleset> read_ufw(const host::Root& root);

}  // namespace clawvigil::firewall
