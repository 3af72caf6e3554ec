#include "exporter/host/tls_stream.h"

#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <limits>

namespace clawvigil::host {

namespace {

// What is used of OpenSSL, found at run time; the types are those of its headers.
class OpenSsl {
 public:
  // nullptr when it is not installed. Loaded once and kept.
  static const OpenSsl* get() {
    static const OpenSsl library;
    return library.context_ != nullptr ? &library : nullptr;
  }
  [[nodiscard]] SSL_CTX* context() const { return context_; }

  decltype(&::SSL_new) create = nullptr;
  decltype(&::SSL_free) destroy = nullptr;
  decltype(&::SSL_set_fd) set_fd = nullptr;
  decltype(&::SSL_connect) handshake = nullptr;
  decltype(&::SSL_read) read = nullptr;
  decltype(&::SSL_write) write = nullptr;
  decltype(&::SSL_get_error) error = nullptr;
  decltype(&::ERR_clear_error) clear_errors = nullptr;

 private:
  OpenSsl() {
    constexpr std::uint64_t kOptions = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT;
    void* const library = ::dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return;
    decltype(&::OPENSSL_init_ssl) start = nullptr;
    decltype(&::TLS_client_method) client = nullptr;
    decltype(&::SSL_CTX_new) create_context = nullptr;
    const bool complete =
        find(library, "OPENSSL_init_ssl", start) && find(library, "TLS_client_method", client) &&
        find(library, "SSL_CTX_new", create_context) && find(library, "SSL_new", create) &&
        find(library, "SSL_free", destroy) && find(library, "SSL_set_fd", set_fd) &&
        find(library, "SSL_connect", handshake) && find(library, "SSL_read", read) &&
        find(library, "SSL_write", write) && find(library, "SSL_get_error", error) &&
        find(library, "ERR_clear_error", clear_errors);
    if (complete && start(kOptions, nullptr) == 1) context_ = create_context(client());
  }
  template <class Function>
  static bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
  }

  SSL_CTX* context_ = nullptr;
};

class TlsStream final : public ByteStream {
 public:
  TlsStream(const OpenSsl& library, Fd socket, SteadyTime deadline)
      : library_(library),
        socket_(std::move(socket)),
        deadline_(deadline),
        session_(library.create(library.context())) {}
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;
  ~TlsStream() override { library_.destroy(session_); }

  Result<> handshake() {
    if (session_ == nullptr || library_.set_fd(session_, socket_.get()) != 1) {
      return fail(Errc::io, "OpenSSL cannot start a session");
    }
    TRY_ASSIGN(const int done, repeat([&] { return library_.handshake(session_); }));
    return done > 0 ? Result<>() : fail(Errc::io, "the connection was closed");
  }

  Result<std::size_t> read(std::span<char> out) override {
    const int room = bounded(out.size());
    TRY_ASSIGN(const int got, repeat([&] { return library_.read(session_, out.data(), room); }));
    return static_cast<std::size_t>(got);
  }

  Result<> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const int size = bounded(bytes.size());
      TRY_ASSIGN(const int sent,
                 repeat([&] { return library_.write(session_, bytes.data(), size); }));
      if (sent == 0) return fail(Errc::io, "the connection was closed");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
  }

 private:
  static int bounded(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
  }

  // Calls `operation` until it is done: its positive result, or 0 when the server has closed.
  template <class Operation>
  Result<int> repeat(Operation operation) {
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

  const OpenSsl& library_;
  Fd socket_;
  SteadyTime deadline_;
  SSL* session_;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> tls_stream(Fd socket, SteadyTime deadline) {
  const OpenSsl* const library = OpenSsl::get();
  if (library == nullptr) {
    return fail(Errc::unsupported, "the gateway serves TLS, and libssl.so.3 is not installed");
  }
  auto stream = std::make_unique<TlsStream>(*library, std::move(socket), deadline);
  TRY(stream->handshake());
  return stream;
}

}  // namespace clawvigil::host
