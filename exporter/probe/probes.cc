#include <array>

#include "exporter/probe/probe.h"

namespace clawvigil::probe {

namespace {

// NAME, what it reads and why that needs root, function: one line a probe.
constexpr std::array kProbes{
    Probe{"user-units",
          "Asks the systemd of each OpenClaw user about that user's services, as this user: it "
          "answers nobody else.",
          user_units},
    Probe{"openclaw-audit",
          "OpenClaw's own security audit of every home, run as the user it belongs to.",
          openclaw_audit},
    Probe{"nftables", "The packet filter's rules, which the kernel shows to root only.", nftables},
};

}  // namespace

std::span<const Probe> probes() { return kProbes; }

Result<std::vector<host::ProbeReading>> run_and_write(const Probe& probe,
                                                      const ProbeContext& context) {
  host::ProbeReport report{.taken = context.clock.now().wall, .readings = {}};
  TRY_ASSIGN(report.readings, probe.run(context));
  TRY(host::write_probe_report(context.config.probes_directory, probe.name, report));
  return std::move(report.readings);
}

}  // namespace clawvigil::probe
