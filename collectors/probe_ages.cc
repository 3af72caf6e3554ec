#include "collectors/probe_ages.h"

#include <algorithm>

#include "collectors/probe_reading.h"
#include "exporter/host/untouched.h"

namespace clawvigil {

namespace {

std::optional<SystemTime> when_read(const host::ProbeReport& report) {
  const auto& readings = report.readings;
  const bool read = readings.empty() || std::ranges::any_of(readings, [](const auto& reading) {
                      return reading.output.has_value();
                    });
  return read ? std::optional(report.taken) : std::nullopt;
}

}  // namespace

void ProbeAges::measure(const Context& context, const Metric<1>& family, Batch& out) {
  for (const std::string_view probe : kProbeNames) {
    const auto stat = stat_probe(context, probe);
    if (!stat) {
      known_.erase(probe);
      const Errc code = stat.error().code;
      if (code != Errc::not_found && code != Errc::denied) {
        // Of the whole spool, most likely: said once.
        return out.unknown(stat.error(), {family.name()});
      }
      continue;
    }
    const auto before = known_.find(probe);
    if (before == known_.end() || !host::is_untouched(before->second.stat, *stat)) {
      const auto report = load_probe(context, probe);
      if (!report) {
        out.unknown(report.error(), {family.name()});
        continue;
      }
      known_.insert_or_assign(probe, Known{*stat, when_read(*report)});
    }
    if (const auto& taken = known_.at(probe).taken) {
      out.set(family, to_unix_seconds(*taken), probe);
    }
  }
}

}  // namespace clawvigil
