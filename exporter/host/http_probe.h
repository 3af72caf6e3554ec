// One bounded HTTP(S) request to a server on this machine. Loopback only, whatever the server says:
// no name is resolved, no proxy used, no redirect followed, nothing sent but what is given here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::host {

inline constexpr std::size_t kMaxProbeBody = 64UL * 1024;
inline constexpr std::chrono::seconds kProbeTimeout{2};

struct ProbeRequest {
  std::uint16_t port = 0;
  std::string path = "/";
  bool tls = false;         // the certificate is not checked: only liveness is asked
  std::string json_body{};  // not empty: POST with this JSON; empty: GET
};

struct ProbeReply {
  int status = 0;
  std::string body;
  Duration duration{};  // from connecting to the last byte
};

// Asks 127.0.0.1. not_found: nothing listens there; timeout: no complete answer within
// kProbeTimeout; too_large: a body beyond kMaxProbeBody or a header beyond kMaxReplyHead;
// unsupported: TLS without OpenSSL on this host; io: anything else. Blocks; any thread.
[[nodiscard]] Result<ProbeReply> probe_loopback(const ProbeRequest& request);

}  // namespace clawvigil::host
