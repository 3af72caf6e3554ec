// Which connections others opened: those whose own end is a socket that listens, and those that
// were when it still did.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <utility>

#include "exporter/host/sockets.h"

namespace clawvigil {

// One thread.
class InboundFilter {
 public:
  // Of this many connections it remembers that they came in; a server that closes its listening
  // socket first and its connections later has not opened them.
  static constexpr std::size_t kMaxRemembered = 16'384;

  // Begins another look at the connections.
  void begin(std::span<const host::Listener> listeners);
  [[nodiscard]] bool is_inbound(const host::Connection& connection);

 private:
  [[nodiscard]] bool arrived(const host::Connection& connection) const;

  std::set<std::pair<std::uint16_t, host::Address>> listening_;
  std::set<std::uint64_t> before_;
  std::set<std::uint64_t> now_;
};

}  // namespace clawvigil
