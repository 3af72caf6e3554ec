// One bounded HTTP(S) request to a server on this machine. Loopback or a unix socket only, whatever
// the server says: no name is resolved, no proxy used, no redirect followed, nothing sent but what
// is given here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

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

// GET `path` of the server behind the unix socket `name` in `directory`, with `host` as the header
// of that name. The same bounds and errors; unsafe: the server is neither root's nor our own.
[[nodiscard]] Result<ProbeReply> probe_unix(const Dir& directory, std::string_view name,
                                            std::string_view host, std::string_view path);

}  // namespace clawvigil::host
