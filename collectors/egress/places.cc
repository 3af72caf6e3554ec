#include "collectors/egress/places.h"

#include <algorithm>

namespace clawvigil {

namespace {

constexpr Duration kProcessesRead = std::chrono::seconds(30);

// For a gateway with a socket of its own here; `known` are the units it had before.
void settle(GatewayPlace& place, bool awaited, std::set<std::string>& known) {
  if (!place.units.empty()) {
    known = place.units;
  } else if (awaited) {
    place.units = known;
    if (known.empty()) return;
  }
  place.by = place.units.empty() ? GatewayPlace::By::user : GatewayPlace::By::unit;
}

}  // namespace

std::string own_unit_path(std::string_view cgroup_path) {
  const std::string unit = host::unit_of_cgroup_path(cgroup_path);
  const bool shared = unit.empty() || unit.starts_with("user@") || unit.starts_with("session-") ||
                      unit == "init.scope";
  if (shared) return {};
  const std::size_t at = cgroup_path.rfind(unit);
  return std::string(cgroup_path.substr(0, at + unit.size()));
}

std::vector<GatewayPlace> GatewayPlaces::of(const Context& context,
                                            std::span<const host::Listener> listeners,
                                            std::span<const GatewayHints> hints) {
  std::vector<GatewayPlace> places(hints.size());
  std::vector<bool> by_user(hints.size());
  std::vector<bool> elsewhere(hints.size());
  std::vector<bool> awaited(hints.size());
  for (const host::Listener& listener : listeners) {
    if (listener.protocol != host::Protocol::tcp) continue;
    const SocketOwner owner = owners_.of(listener, hints, context.root, context.now.steady);
    for (const std::size_t home : gateway_homes_of(listener, owner, hints)) {
      const bool own = listener.uid == hints[home].uid || is_gateway_unit(owner.unit);
      const std::string unit = own ? own_unit_path(owner.path) : std::string();
      if (!unit.empty()) places[home].units.insert(unit);
      by_user[home] = by_user[home] || own;
      elsewhere[home] = elsewhere[home] || !own;
      awaited[home] = awaited[home] || (own && owners_.is_awaited(listener.cgroup_id));
    }
  }
  std::set<uid_t> found;  // users of gateways that have sockets here
  for (std::size_t home = 0; home < places.size(); ++home) {
    if (!by_user[home]) continue;
    settle(places[home], awaited[home], units_[context.homes[home].label]);
    found.insert(hints[home].uid);
  }
  for (std::size_t home = 0; home < places.size(); ++home) {
    if (places[home].by != GatewayPlace::By::stopped) continue;
    // A process that runs may be that of another profile of the same user.
    const bool unseen =
        !found.contains(hints[home].uid) && is_running(context, context.homes[home]);
    if (elsewhere[home] || unseen) places[home].by = GatewayPlace::By::elsewhere;
  }
  return places;
}

std::vector<std::size_t> GatewayPlaces::owners_of(const host::Connection& connection,
                                                  std::span<const GatewayPlace> places,
                                                  std::span<const GatewayHints> hints,
                                                  const Context& context) {
  std::vector<std::size_t> homes;
  std::optional<std::string> unit;
  for (std::size_t home = 0; home < places.size(); ++home) {
    if (places[home].by == GatewayPlace::By::unit) {
      if (!unit) {
        unit =
            own_unit_path(owners_.path_of(connection.cgroup_id, context.root, context.now.steady));
      }
      if (places[home].units.contains(*unit)) homes.push_back(home);
    } else if (places[home].by == GatewayPlace::By::user) {
      if (connection.inode != 0 && connection.uid == hints[home].uid) homes.push_back(home);
    }
  }
  return homes;
}

// No socket of it here: is there none, or is it in another network namespace?
bool GatewayPlaces::is_running(const Context& context, const Home& home) {
  if (!processes_ || context.now.steady - processes_read_ >= kProcessesRead) {
    processes_ = find_gateway_processes(context.root);
    processes_read_ = context.now.steady;
  }
  return !*processes_ || !gateways_of(home, **processes_).empty();
}

}  // namespace clawvigil
