#include "collectors/egress/tally.h"

#include <algorithm>

#include "collectors/egress/destination.h"

namespace clawvigil {

void EgressTally::add(const host::Connection& connection, std::span<const std::uint16_t> named) {
  // A UDP socket without a port at the other end only asked for a route.
  if (is_name_lookup(connection) || connection.remote_port == 0) return;
  const host::Scope scope = reach_of(connection);
  ++connections_[scope];
  auto& identities = identities_[scope];
  if (identities.size() < kMaxRemembered) identities.insert(identity_of(connection));
  if (scope == host::Scope::loopback) return;
  const bool usual = is_usual_port(connection.remote_port, named);
  if (!usual) ++unusual_ports_[{scope, connection.protocol, connection.remote_port}];
  if (destinations_.size() < kMaxRemembered) {
    destinations_.try_emplace(destination_key(connection, scope), Destination{scope, usual});
  }
}

std::size_t EgressTally::connections(host::Scope scope) const {
  const auto found = connections_.find(scope);
  return found == connections_.end() ? 0 : found->second;
}

std::size_t EgressTally::appeared(host::Scope scope, const EgressTally& before) const {
  const auto now = identities_.find(scope);
  if (now == identities_.end()) return 0;
  const auto then = before.identities_.find(scope);
  if (then == before.identities_.end()) return now->second.size();
  return static_cast<std::size_t>(std::ranges::count_if(
      now->second, [&](std::uint64_t one) { return !then->second.contains(one); }));
}

}  // namespace clawvigil
