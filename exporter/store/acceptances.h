// Listeners the owner knows and accepts: table accepted_listeners of the state database. Written by
// `clawvigil accept`, read by the collector of listeners and by the page, each through its own
// Store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::store {

struct AcceptedListener {
  std::string protocol;  // "tcp" or "udp"
  std::uint16_t port = 0;
  std::string comment;
  std::optional<SystemTime> expires;  // nullopt: never
};

// Those that have not expired, ordered by protocol and port.
[[nodiscard]] Result<std::vector<AcceptedListener>> accepted_listeners(Store& store,
                                                                       SystemTime now);
// Replaces an acceptance of the same listener. parse: no such protocol, port 0, an expiry in the
// past; comments are sanitised and bounded.
[[nodiscard]] Result<> accept_listener(Store& store, const AcceptedListener& listener,
                                       SystemTime now);
// False when it was not accepted.
[[nodiscard]] Result<bool> withdraw_listener(Store& store, std::string_view protocol,
                                             std::uint16_t port);
// Removes what expired more than `keep` ago.
[[nodiscard]] Result<> prune_accepted_listeners(Store& store, SystemTime now, Duration keep);

}  // namespace clawvigil::store
