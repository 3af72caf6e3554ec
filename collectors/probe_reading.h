// What a privileged probe left in the spool (exporter/host/spool.h), for collectors: every failure
// says what the owner is to do. Reports must belong to root, or to the user this process runs as.
//
//   TRY_ASSIGN(const host::ProbeReport report, read_probe(context, "nftables", kMaxAge));
//   TRY_ASSIGN(const std::string_view ruleset, output_of(report, "ruleset"));
#pragma once

#include <string_view>

#include "exporter/collect/collector.h"
#include "exporter/host/spool.h"

namespace clawvigil {

// The report of `probe`. Errors as load_probe_report(); timeout: taken more than `max_age` ago, in
// the future, or before this boot.
[[nodiscard]] Result<host::ProbeReport> read_probe(const Context& context, std::string_view probe,
                                                   Duration max_age);

// The same of any age, also of before this boot: for facts that stay true, whose age is exported.
[[nodiscard]] Result<host::ProbeReport> load_probe(const Context& context, std::string_view probe);

// What identifies the report without reading it. Errors as stat_probe_report().
[[nodiscard]] Result<host::FileStat> stat_probe(const Context& context, std::string_view probe);

// The output of one reading, pointing into `report`; its own error; not_found when there is none.
[[nodiscard]] Result<std::string_view> output_of(const host::ProbeReport& report,
                                                 std::string_view subject);

}  // namespace clawvigil
