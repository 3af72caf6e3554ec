#include "collectors/firewall/sources.h"

#include <map>

#include "collectors/firewall/assembly.h"
#include "collectors/parse/ufw_files.h"

namespace clawvigil::firewall {

namespace {

constexpr std::size_t kUfwFile = 1UL << 20;

Result<std::string> read(const host::Root& root, const std::string& path) {
  auto text = root.read_system_file(path, kUfwFile);
  if (!text) return prefixed(std::move(text).error(), path);
  return text;
}

Result<UfwRules> read_rules(const host::Root& root, const std::string& suffix) {
  UfwRules out;
  TRY_ASSIGN(out.before, read(root, "/etc/ufw/before" + suffix));
  TRY_ASSIGN(out.user, read(root, "/etc/ufw/user" + suffix));
  TRY_ASSIGN(out.after, read(root, "/etc/ufw/after" + suffix));
  return out;
}

}  // namespace

Result<Ruleset> ruleset_of(const host::ProbeReport& report) {
  std::map<std::string, std::string> outputs;
  for (const host::ProbeReading& reading : report.readings) {
    if (reading.output) {
      outputs.emplace(reading.subject, *reading.output);
    } else if (reading.subject == kRulesetReading || reading.subject == kLegacyReading ||
               reading.subject == kLegacy6Reading) {
      // Without iptables-save rules stay unclear one by one; without these they would be missed.
      return prefixed(reading.output.error(), "probe nftables");
    }
  }
  return assemble(outputs);
}

Result<Ruleset> read_ufw(const host::Root& root) {
  UfwFiles files;
  auto configuration = root.read_system_file("/etc/ufw/ufw.conf", kUfwFile);
  if (!configuration && configuration.error().code == Errc::not_found) {
    return fail(Errc::not_found, "ufw is not installed");
  }
  if (!configuration) return prefixed(std::move(configuration).error(), "/etc/ufw/ufw.conf");
  files.configuration = std::move(*configuration);
  if (!ufw_enabled(files.configuration)) return fail(Errc::not_found, "ufw is not enabled");
  TRY_ASSIGN(files.defaults, read(root, "/etc/default/ufw"));
  TRY_ASSIGN(files.ipv4, read_rules(root, ".rules"));
  if (ufw_handles_ipv6(files.defaults)) {
    TRY_ASSIGN(files.ipv6, read_rules(root, "6.rules"));
  }
  auto ruleset = ufw_ruleset(files);
  if (!ruleset) return prefixed(std::move(ruleset).error(), "rules of ufw");
  return ruleset;
}

}  // namespace clawvigil::firewall
