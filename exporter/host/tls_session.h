// A TLS session over a connected socket, as a ByteStream.
#pragma once

#include "exporter/base/fd.h"
#include "exporter/host/byte_stream.h"
#include "exporter/host/openssl.h"

namespace clawvigil::host {

// Used by one thread. SIGPIPE must be ignored by the process.
class TlsSession final : public ByteStream {
 public:
  // `context` must outlive it.
  TlsSession(const OpenSsl& library, SSL_CTX* context, Fd socket, SteadyTime deadline);
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  ~TlsSession() override { library_.destroy(session_); }

  // `server_name`: for a server with several names (SNI); "": none is sent. io: the server speaks
  // no TLS, none in common, or has closed the connection.
  [[nodiscard]] Result<> handshake(const std::string& server_name);
  [[nodiscard]] Result<std::size_t> read(std::span<char> out) override;
  [[nodiscard]] Result<> write(std::string_view bytes) override;

  [[nodiscard]] const SSL* get() const { return session_; }

 private:
  // Calls `operation` until it is done: its positive result, or 0 when the server has closed.
  template <class Operation>
  Result<int> repeat(Operation operation);

  const OpenSsl& library_;
  Fd socket_;
  SteadyTime deadline_;
  SSL* session_;
};

}  // namespace clawvigil::host
