// Where the connections of a gateway are to be looked for: the gateway is found by its listening
// sockets, and what it and its commands open is in the same unit.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "collectors/gateway_sockets.h"
#include "collectors/identity/processes.h"
#include "exporter/collect/collector.h"
#include "exporter/host/sockets.h"

namespace clawvigil {

struct GatewayPlace {
  enum class By {
    unit,       // the cgroups below `units`
    user,       // the gateway has no unit of its own (started by hand): all that is its user's
    stopped,    // no gateway runs, so there is nothing to see
    elsewhere,  // it runs, but its sockets are those of another network namespace (a container)
  };
  By by = By::stopped;
  std::set<std::string> units;  // paths in the cgroup tree
};

// One thread.
class GatewayPlaces {
 public:
  // One for each of `hints`, which are those of `context.homes`. A gateway whose cgroup is too new
  // to be known, as after a restart, keeps the place it had (stopped if none) until it is: taking
  // its user's connections for its own would make strangers' destinations known ones.
  [[nodiscard]] std::vector<GatewayPlace> of(const Context& context,
                                             std::span<const host::Listener> listeners,
                                             std::span<const GatewayHints> hints);
  // The homes (indexes) whose gateway made this connection.
  [[nodiscard]] std::vector<std::size_t> owners_of(const host::Connection& connection,
                                                   std::span<const GatewayPlace> places,
                                                   std::span<const GatewayHints> hints,
                                                   const Context& context);

 private:
  [[nodiscard]] bool is_running(const Context& context, const Home& home);

  SocketOwners owners_;
  std::map<std::string, std::set<std::string>> units_;  // last seen, by home
  std::optional<Result<std::vector<GatewayProcess>>> processes_;
  SteadyTime processes_read_;
};

// The path down to the unit a cgroup is of; "" when that is not the gateway's alone: a login
// session, a service manager, no unit at all.
[[nodiscard]] std::string own_unit_path(std::string_view cgroup_path);

}  // namespace clawvigil
