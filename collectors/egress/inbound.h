// Which connections others opened: those whose own end is a socket that listens, or lately did.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>

#include "exporter/base/clock.h"
#include "exporter/host/sockets.h"

namespace clawvigil {

// One thread. Holds the listening sockets of the last hour, at most 4,096: a server that closes its
// listening socket first and its connections later has not opened them.
class InboundFilter {
 public:
  void update(std::span<const host::Listener> listeners, SteadyTime now);
  [[nodiscard]] bool is_inbound(const host::Connection& connection) const;

 private:
  std::map<std::pair<std::uint16_t, host::Address>, SteadyTime> seen_;
};

}  // namespace clawvigil
