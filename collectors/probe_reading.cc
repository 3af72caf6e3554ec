#include "collectors/probe_reading.h"

#include <unistd.h>

#include <algorithm>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

// What is wrong, then what to do.
std::unexpected<Error> advised(Error error, std::string_view probe) {
  const std::string name(probe);
  const std::string timer = "clawvigil-probe-" + name + ".timer";
  const std::string command = "sudo clawvigil probe " + name;
  switch (error.code) {
    case Errc::not_found:
      error.message = "needs root, and the probe " + name + " has not run yet; run: " + command +
                      "; for good: sudo systemctl enable --now " + timer;
      break;
    case Errc::denied:
      error.message +=
          "; clawvigil must run as its unit does, or as root, to read what probes leave";
      break;
    case Errc::timeout:
      error.message += "; run: " + command + ", and see: systemctl status " + timer;
      break;
    case Errc::parse:
    case Errc::unsupported:
    case Errc::too_large:
      error.message += "; run: " + command;
      break;
    case Errc::unsafe:
    case Errc::busy:
    case Errc::io:
      break;
  }
  return prefixed(std::move(error), name);
}

template <class Read>
auto of_root_or_own(const Context& context, std::string_view probe, Read read)
    -> decltype(read({}, {}, 0)) {
  const std::string& directory = context.config.probes_directory;
  auto found = read(directory, probe, 0);
  if (!found && found.error().code == Errc::unsafe && ::geteuid() != 0) {
    // A spool of one's own: who can write it could as well change this process.
    found = read(directory, probe, ::geteuid());
  }
  if (found) return found;
  return advised(std::move(found).error(), probe);
}

}  // namespace

Result<host::ProbeReport> load_probe(const Context& context, std::string_view probe) {
  return of_root_or_own(context, probe, host::load_probe_report);
}

Result<host::FileStat> stat_probe(const Context& context, std::string_view probe) {
  return of_root_or_own(context, probe, host::stat_probe_report);
}

Result<host::ProbeReport> read_probe(const Context& context, std::string_view probe,
                                     Duration max_age) {
  TRY_ASSIGN(host::ProbeReport report, load_probe(context, probe));
  if (!report.this_boot) {
    return advised({Errc::timeout, "the probe's report is of before this boot"}, probe);
  }
  const auto fresh = host::check_age(report, context.now.wall, max_age);
  if (fresh) return report;
  return advised(fresh.error(), probe);
}

Result<std::string_view> output_of(const host::ProbeReport& report, std::string_view subject) {
  const auto reading = std::ranges::find(report.readings, subject, &host::ProbeReading::subject);
  if (reading == report.readings.end()) {
    return fail(Errc::not_found, sanitize(subject) + ": the probe did not look at it");
  }
  if (reading->output) return std::string_view(*reading->output);
  return prefixed(reading->output.error(), sanitize(subject));
}

}  // namespace clawvigil
