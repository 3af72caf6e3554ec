#include "exporter/host/tls_session.h"

#include <poll.h>

#include <algorithm>
#include <limits>

namespace clawvigil::host {

namespace {

int bounded(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

TlsSession::TlsSession(const OpenSsl& library, SSL_CTX* context, Fd socket, SteadyTime deadline)
    : library_(library),
      socket_(std::move(socket)),
      deadline_(deadline),
      session_(library.create(context)) {}

template <class Operation>
Result<int> TlsSession::repeat(Operation operation) {
  while (true) {
    library_.clear_errors();
    const int result = operation();
    if (result > 0) return result;
    switch (library_.error(session_, result)) {
      case SSL_ERROR_WANT_READ:
        TRY(wait_ready(socket_, POLLIN, deadline_));
        break;
      case SSL_ERROR_WANT_WRITE:
        TRY(wait_ready(socket_, POLLOUT, deadline_));
        break;
      case SSL_ERROR_ZERO_RETURN:
        return 0;
      default:
        return fail(Errc::io, "TLS failed");
    }
  }
}

Result<> TlsSession::handshake(const std::string& server_name) {
  if (session_ == nullptr || library_.set_fd(session_, socket_.get()) != 1) {
    return fail(Errc::io, "OpenSSL cannot start a session");
  }
  if (!server_name.empty()) {
    // SSL_set_tlsext_host_name() of the headers, which calls a function that is not linked.
    std::string name = server_name;
    library_.control(session_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                     name.data());
  }
  TRY_ASSIGN(const int done, repeat([&] { return library_.handshake(session_); }));
  return done > 0 ? Result<>() : fail(Errc::io, "the connection was closed");
}

Result<std::size_t> TlsSession::read(std::span<char> out) {
  const int room = bounded(out.size());
  TRY_ASSIGN(const int got, repeat([&] { return library_.read(session_, out.data(), room); }));
  return static_cast<std::size_t>(got);
}

Result<> TlsSession::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const int size = bounded(bytes.size());
    TRY_ASSIGN(const int sent,
               repeat([&] { return library_.write(session_, bytes.data(), size); }));
    if (sent == 0) return fail(Errc::io, "the connection was closed");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

}  // namespace clawvigil::host
