#include "exporter/host/tls_stream.h"

#include "exporter/host/tls_session.h"

namespace clawvigil::host {

Result<std::unique_ptr<ByteStream>> tls_stream(Fd socket, SteadyTime deadline) {
  const auto loaded = OpenSsl::load();
  if (!loaded) return prefixed(loaded.error(), "the gateway serves TLS");
  const OpenSsl* const library = *loaded;
  static SSL_CTX* const context = library->context_new(library->client_method());
  if (context == nullptr) return fail(Errc::io, "OpenSSL cannot start a session");
  auto stream = std::make_unique<TlsSession>(*library, context, std::move(socket), deadline);
  TRY(stream->handshake(""));
  return stream;
}

}  // namespace clawvigil::host
