// Privileged one-shot readings: `clawvigil probe NAME`. They run as root from sandboxed units with
// timers (packaging/clawvigil-probe-NAME.{service,timer}), start one program, and write what it
// printed to the spool (exporter/host/spool.h). They parse and judge nothing: the daemon does, as
// a user that can do no harm.
//
// A new probe: exporter/probe/<name>.cc, one line in kProbes of probes.cc, its two units.
#pragma once

#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/config/config.h"
#include "exporter/host/file.h"
#include "exporter/host/spool.h"

namespace clawvigil::probe {

struct ProbeContext {
  const host::Root& root;
  const Config& config;
  std::span<const Home> homes;
  const Clock& clock;
  std::stop_token stop;
};

struct Probe {
  std::string_view name;     // the command's word, the report's name
  std::string_view summary;  // one line for --help: what it reads and why that needs root
  // The readings. An error is "nothing could be read at all"; what concerns one subject only stands
  // in its reading.
  Result<std::vector<host::ProbeReading>> (*run)(const ProbeContext& context);
};

[[nodiscard]] std::span<const Probe> probes();

// Runs `probe` and replaces its report (needs the spool's owner: root). Gives the readings. On
// error the report before stays.
[[nodiscard]] Result<std::vector<host::ProbeReading>> run_and_write(const Probe& probe,
                                                                    const ProbeContext& context);

Result<std::vector<host::ProbeReading>> nftables(const ProbeContext& context);
Result<std::vector<host::ProbeReading>> openclaw_audit(const ProbeContext& context);
Result<std::vector<host::ProbeReading>> user_units(const ProbeContext& context);

}  // namespace clawvigil::probe
