#include "collectors/egress/inbound.h"

#include <array>

#include "collectors/egress/destination.h"
#include "exporter/host/inet_diag.h"

namespace clawvigil {

void InboundFilter::begin(std::span<const host::Listener> listeners) {
  listening_.clear();
  for (const host::Listener& listener : listeners) {
    if (listener.protocol == host::Protocol::tcp) {
      listening_.emplace(listener.port, listener.address);
    }
  }
  before_ = std::exchange(now_, {});
}

bool InboundFilter::is_inbound(const host::Connection& connection) {
  if (connection.protocol != host::Protocol::tcp) return false;
  const std::uint64_t identity = identity_of(connection);
  if (!arrived(connection) && !before_.contains(identity)) return false;
  if (now_.size() < kMaxRemembered) now_.insert(identity);
  return true;
}

// The address counts too, or a program could hide what it opens by binding it to the port of a
// socket that listens elsewhere.
bool InboundFilter::arrived(const host::Connection& connection) const {
  constexpr host::Address kAny{};
  const host::Address any_ipv4 = host::mapped(std::array<std::uint8_t, 4>{});
  const std::uint16_t port = connection.local_port;
  return listening_.contains({port, connection.local}) || listening_.contains({port, kAny}) ||
         (host::is_mapped(connection.local) && listening_.contains({port, any_ipv4}));
}

}  // namespace clawvigil
