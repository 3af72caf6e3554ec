// Files of cgroups and processes, answers of systemctl.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/cgroup_files.h"
#include "collectors/parse/docker_container.h"
#include "collectors/parse/gateway_cgroup.h"
#include "collectors/parse/proc_files.h"
#include "collectors/parse/unit_environment.h"
#include "collectors/parse/unit_properties.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto quota = parse::cgroup_cpu_quota(text); quota && *quota && **quota < 0)
    std::abort();
  const auto limit = parse::cgroup_limit(text);
  if (limit && *limit && text.find_first_of("0123456789") == text.npos) std::abort();
  (void)parse::cgroup_value(text, "oom_kill");
  (void)parse::cgroup_stalled(text, "full");
  if (const auto path = parse::cgroup_path(text)) {
    const parse::CgroupPlace place = parse::place_of_cgroup(*path);
    if (!path->starts_with(place.cgroup) || place.unit.find('/') != place.unit.npos) std::abort();
  }
  (void)parse::place_of_cgroup(text);
  (void)parse::meminfo_bytes(text, "MemTotal");
  (void)parse::open_files_limit(text);
  (void)parse::process_start(text, text);
  (void)parse::online_processors(text);
  for (const auto& unit : parse::parse_unit_properties(text)) {
    const auto state = parse::unit_state(unit);
    if (state && state->name.empty()) std::abort();
  }
  const auto policy = parse::docker_restart_policy(text);
  if (policy && policy->empty()) std::abort();
  (void)parse::docker_restart_count(text);
  if (unit_setting(text, "Restart").size() > size) std::abort();
  return 0;
}
