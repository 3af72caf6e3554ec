// `clawvigil probe NAME|all|list`: what only root can read, for the daemon.
#include "exporter/probe/probe.h"

#include <unistd.h>

#include <algorithm>
#include <ostream>

#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/terminal.h"
#include "exporter/config/schema.h"

namespace clawvigil::cli {

namespace {

using host::ProbeReading;
using probe::Probe;
using probe::ProbeContext;

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const Probe& probe : probe::probes()) all.push_back(probe.name);
  return all;
}

// The probes meant by `word`; complains when there are none.
std::vector<Probe> chosen(const CommandContext& context, const std::string& word) {
  std::vector<Probe> probes(probe::probes().begin(), probe::probes().end());
  if (word == "all") return probes;
  std::erase_if(probes, [&](const Probe& probe) { return probe.name != word; });
  if (!probes.empty()) return probes;
  std::vector<std::string_view> valid = names();
  valid.insert(valid.end(), {"all", "list"});
  if (word.empty()) {
    context.complain("probe needs a NAME: " + join(valid, ", "));
  } else {
    context.complain("unknown probe \"" + sanitize(word, 80) + "\"" +
                     config::did_you_mean(word, valid) + " (valid: " + join(valid, ", ") + ")");
  }
  return {};
}

std::string last_report(const Config& config, const Probe& probe, SystemTime now) {
  const auto report = host::load_probe_report(config.probes_directory, probe.name);
  if (!report) {
    if (report.error().code == Errc::not_found) return "never";
    if (report.error().code == Errc::denied) return "only root can tell";
    return report.error().message;
  }
  std::string text = local_time(report->taken);
  if (report->taken <= now) {
    const auto age = std::chrono::floor<std::chrono::minutes>(now - report->taken);
    text += ", " + to_string(age) + " ago";
  }
  for (const ProbeReading& reading : report->readings) {
    if (!reading.output) text += "; " + reading.subject + ": " + reading.output.error().message;
  }
  return text;
}

int list(const CommandContext& context, const Config& config) {
  std::vector<std::vector<std::string>> rows{{"PROBE", "READS", "LAST"}};
  for (const Probe& probe : probe::probes()) {
    rows.push_back({std::string(probe.name), std::string(probe.summary),
                    last_report(config, probe, context.clock.now().wall)});
  }
  context.out << table(rows);
  return kSuccess;
}

// For a terminal: line by line, nothing in it can act on it.
void print(const CommandContext& context, const Probe& probe, const ProbeReading& reading) {
  context.out << "# " << probe.name << ": " << reading.subject << "\n";
  if (!reading.output) {
    context.out << "not read: " << reading.output.error().message << "\n";
    return;
  }
  for (const std::string_view line : split(*reading.output, '\n')) {
    context.out << sanitize(line, host::kMaxProbeReport) << "\n";
  }
}

int run_one(const CommandContext& context, const Probe& probe, const ProbeContext& given) {
  const bool printed = context.arguments.given.print;
  const auto readings = printed ? probe.run(given) : probe::run_and_write(probe, given);
  const std::string name(probe.name);
  if (!readings) {
    context.complain(name + ": " + readings.error().message);
    return kFailure;
  }
  if (readings->empty()) context.out << name << ": there is nothing to read here\n";
  int code = kSuccess;
  for (const ProbeReading& reading : *readings) {
    if (printed) {
      print(context, probe, reading);
    } else if (reading.output) {
      context.out << name << ": " << reading.subject << ": " << reading.output->size()
                  << " bytes read\n";
    }
    if (reading.output) continue;
    if (!printed)
      context.complain(name + ": " + reading.subject + ": " + reading.output.error().message);
    code = kFailure;
  }
  return code;
}

Result<int> run_all(const CommandContext& context, const Config& config,
                    const std::vector<Probe>& probes) {
  TRY_ASSIGN(const host::Root root, host::Root::open(config.rootfs));
  TRY_ASSIGN(const HomeList homes, find_homes(root, config.openclaw.homes));
  for (const Error& problem : homes.problems) context.complain(problem.message);
  const ProbeContext given{
      .root = root, .config = config, .homes = homes.homes, .clock = context.clock, .stop = {}};
  int code = kSuccess;
  for (const Probe& probe : probes) code = std::max(code, run_one(context, probe, given));
  return code;
}

}  // namespace

int run_probe(const CommandContext& context) {
  const CommandArguments& given = context.arguments.given;
  const auto settings = context.config();
  if (!settings) return settings.error();
  if (given.word == "list") return list(context, settings->config);
  const std::vector<Probe> probes = chosen(context, given.word);
  if (probes.empty()) return kWrongUsage;
  if (!given.print && ::geteuid() != 0) {
    context.complain("probe " + given.word + " needs root: sudo clawvigil probe " + given.word);
    return kFailure;
  }
  const auto code = run_all(context, settings->config, probes);
  if (code) return *code;
  context.complain(code.error().message);
  return kFailure;
}

}  // namespace clawvigil::cli
