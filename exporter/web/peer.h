// PeerGuard: the agent that is being watched shall not read what its watcher knows. Loopback does
// not keep it out, since it runs on the same host, but the kernel knows which user made the client
// end of a connection.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "exporter/collect/homes.h"
#include "exporter/host/sockets.h"
#include "exporter/web/connections.h"

namespace clawvigil::web {

// host::connection_owner, or a stand-in for it: (our address, our port, client's address and port).
using OwnerLookup = std::function<Result<uid_t>(const host::Address&, std::uint16_t,
                                                const host::Address&, std::uint16_t)>;

class PeerGuard {
 public:
  PeerGuard(const HomeRegistry& homes, bool allow_gateway_user, OwnerLookup lookup)
      : homes_(homes), allow_(allow_gateway_user), lookup_(std::move(lookup)) {}

  // Why this connection is refused, or nothing. The owner is looked up once per connection, and
  // only while some home belongs to a user other than root and ourselves. A failing lookup refuses:
  // it cannot be told who asks. Called by the connection's thread.
  [[nodiscard]] std::optional<std::string> refusal(Connection& connection,
                                                   const sockaddr_in& local) const;

 private:
  const HomeRegistry& homes_;
  bool allow_;
  OwnerLookup lookup_;
};

}  // namespace clawvigil::web
