// The packet filter's rules: nft shows all of the kernel's, iptables-save what nft leaves out of
// those that iptables made, and those of the kernel's older interface, which nft does not see.
#include <array>

#include "exporter/base/strings.h"
#include "exporter/host/program.h"
#include "exporter/probe/probe.h"

namespace clawvigil::probe {

namespace {

constexpr std::size_t kMostOutput = 6UL << 20;
constexpr std::uint64_t kMemory = 512UL << 20;
constexpr std::array<std::string_view, 4> kDirectories{"/usr/sbin/", "/sbin/", "/usr/bin/",
                                                       "/usr/local/sbin/"};

// Standard output of `name` with these arguments; not_found when it is not installed.
Result<std::string> output_of(std::string_view name, const std::vector<std::string>& arguments,
                              const std::stop_token& stop) {
  for (const std::string_view directory : kDirectories) {
    host::Program program{.arguments = {std::string(directory) + std::string(name)},
                          .environment = {"LC_ALL=C"}};
    program.arguments.insert(program.arguments.end(), arguments.begin(), arguments.end());
    program.deadline = std::chrono::seconds(20);
    program.output_bytes = kMostOutput;
    program.memory_bytes = kMemory;
    program.niceness = 10;
    auto result = host::run_program(program, stop);
    if (!result && result.error().code == Errc::not_found) continue;
    if (!result) return prefixed(std::move(result).error(), name);
    if (result->exit_code == 0) return std::move(result->output);
    const std::string_view errors = result->errors;
    return fail(Errc::io, std::string(name) +
                              " failed: " + sanitize(errors.substr(0, errors.find('\n')), 200));
  }
  return fail(Errc::not_found, std::string(name) + " is not installed");
}

}  // namespace

Result<std::vector<host::ProbeReading>> nftables(const ProbeContext& context) {
  std::vector<host::ProbeReading> readings;
  readings.push_back({"ruleset", output_of("nft", {"-j", "list", "ruleset"}, context.stop)});
  if (!readings[0].output && readings[0].output.error().code == Errc::not_found) {
    readings[0].output = fail(Errc::not_found,
                              "nft is not installed; it reads the rules of every firewall: sudo "
                              "apt install nftables");
  }
  const auto add = [&](std::string_view subject, std::string_view program) {
    auto output = output_of(program, {}, context.stop);
    // A host without iptables has no such rules.
    if (!output && output.error().code == Errc::not_found) return;
    readings.push_back({std::string(subject), std::move(output)});
  };
  add("iptables", "iptables-nft-save");
  add("ip6tables", "ip6tables-nft-save");
  // These name the older interface's tables in use; nobody has to be asked about none.
  const auto in_use = [&](std::string_view path) {
    const auto names = context.root.read_system_file(path, 4096);
    return names && !trim(*names).empty();
  };
  if (in_use("/proc/net/ip_tables_names")) add("iptables-legacy", "iptables-legacy-save");
  if (in_use("/proc/net/ip6_tables_names")) add("ip6tables-legacy", "ip6tables-legacy-save");
  return readings;
}

}  // namespace clawvigil::probe
