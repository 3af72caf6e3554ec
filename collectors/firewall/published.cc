#include "collectors/firewall/published.h"

#include <algorithm>

namespace clawvigil::firewall {

bool has_containers(const Network& network) {
  return std::ranges::any_of(network.interfaces, [](const std::string& name) {
    return kind_of(name) == InterfaceKind::container;
  });
}

Result<std::vector<host::Listener>> proxied_listeners(const Context& context,
                                                      host::CgroupIndex& cgroups) {
  TRY_ASSIGN(std::vector<host::Listener> listeners, host::list_listeners());
  std::erase_if(listeners, [&](const host::Listener& listener) {
    const host::Scope scope = host::classify(listener.address);
    if (scope != host::Scope::any && scope != host::Scope::public_net) return true;
    const std::string path = cgroups.path_of(listener.cgroup_id, context.root, context.now.steady);
    return host::unit_of_cgroup_path(path).find("docker") == std::string::npos;
  });
  return listeners;
}

}  // namespace clawvigil::firewall
