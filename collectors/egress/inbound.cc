#include "collectors/egress/inbound.h"

#include "exporter/host/inet_diag.h"

namespace clawvigil {

namespace {

constexpr Duration kRemember = std::chrono::hours(1);
constexpr std::size_t kMaxSockets = 4'096;
constexpr host::Address kAny{};
const host::Address kAnyIpv4 = host::mapped(std::array<std::uint8_t, 4>{});

}  // namespace

void InboundFilter::update(std::span<const host::Listener> listeners, SteadyTime now) {
  std::erase_if(seen_, [&](const auto& entry) { return now - entry.second >= kRemember; });
  for (const host::Listener& listener : listeners) {
    if (listener.protocol != host::Protocol::tcp) continue;
    const std::pair key(listener.port, listener.address);
    if (seen_.size() < kMaxSockets || seen_.contains(key)) seen_[key] = now;
  }
}

// The address counts too, or a program could hide what it opens by binding it to the port of a
// socket that listens elsewhere.
bool InboundFilter::is_inbound(const host::Connection& connection) const {
  if (connection.protocol != host::Protocol::tcp) return false;
  const std::uint16_t port = connection.local_port;
  return seen_.contains({port, connection.local}) || seen_.contains({port, kAny}) ||
         (host::is_mapped(connection.local) && seen_.contains({port, kAnyIpv4}));
}

}  // namespace clawvigil
