// TLS to a server on this machine. OpenSSL is loaded when the first TLS connection is made: few
// gateways serve TLS on loopback, and its libraries are larger than the rest of this program.
#pragma once

#include "exporter/host/byte_stream.h"

namespace clawvigil::host {

// The handshake over a connected socket. The certificate is not checked, because only liveness is
// asked and the server is known by its address. unsupported: libssl.so.3 is not installed; io: the
// server speaks no TLS. SIGPIPE must be ignored by the process.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> tls_stream(Fd socket, SteadyTime deadline);

}  // namespace clawvigil::host
