#include "collectors/parse/docker_container.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

namespace clawvigil::parse {

Result<std::string> docker_restart_policy(std::string_view hostconfig) {
  constexpr std::array<std::string_view, 4> kPolicies{"no", "always", "unless-stopped",
                                                      "on-failure"};
  simdjson::dom::parser parser;
  std::string_view policy;
  if (parser.parse(simdjson::padded_string(hostconfig))["RestartPolicy"]["Name"].get(policy) !=
      simdjson::SUCCESS) {
    return fail(Errc::parse, "hostconfig.json has no restart policy");
  }
  if (policy.empty()) return "no";
  if (std::ranges::find(kPolicies, policy) == kPolicies.end()) {
    return fail(Errc::parse, "hostconfig.json has a restart policy nobody knows");
  }
  return std::string(policy);
}

Result<std::uint64_t> docker_restart_count(std::string_view config) {
  simdjson::dom::parser parser;
  std::uint64_t count = 0;
  if (parser.parse(simdjson::padded_string(config))["RestartCount"].get(count) !=
      simdjson::SUCCESS) {
    return fail(Errc::parse, "config.v2.json has no count of restarts");
  }
  return count;
}

}  // namespace clawvigil::parse
