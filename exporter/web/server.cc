#include "exporter/web/server.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <exception>
#include <string_view>

#include "exporter/base/fd.h"
#include "exporter/base/log.h"
#include "exporter/base/strings.h"
#include "exporter/web/address.h"

namespace clawvigil::web {

namespace {

// A queue of one: whoever waits longer stays with the kernel, where it costs nothing, and nearly
// every open connection has a thread that its shutdown sets free.
constexpr std::size_t kThreads = 24;
constexpr std::size_t kSpareThreads = 6;
constexpr int kForbidden = 403;
constexpr int kFailed = 500;

sockaddr_in to_sockaddr(const ListenAddress& address) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(address.port);
  ::inet_pton(AF_INET, address.ip.c_str(), &result.sin_addr);
  return result;
}

// civetweb only says that it could not start; this tells why.
Result<> check_bindable(const ListenAddress& address) {
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return std::unexpected(error_from_errno(errno, "socket"));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in wanted = to_sockaddr(address);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&wanted), sizeof wanted) == 0) return {};
  if (errno == EADDRINUSE) {
    return fail(Errc::busy, address.text() +
                                " is in use by another program (ss -ltnp shows which); choose "
                                "another with --web.listen-address");
  }
  return std::unexpected(error_from_errno(errno, address.text()));
}

std::string_view or_empty(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

Request to_request(const mg_request_info& info) {
  Request request;
  request.method = or_empty(info.request_method);
  request.path = or_empty(info.local_uri_raw);
  request.http_1_0 = or_empty(info.http_version) == "1.0";
  for (int i = 0; i < info.num_headers; ++i) {
    const mg_header& header = info.http_headers[i];
    const std::string name = to_lower_ascii(or_empty(header.name));
    const std::string_view value = or_empty(header.value);
    if (name == "host") {
      request.repeated_host = request.host.has_value();
      request.host = value;
    } else if (name == "accept-encoding") {
      request.accept_encoding = value;
    } else if (name == "accept-language") {
      request.accept_language = value;
    } else if (name == "authorization") {
      request.authorization = value;
    }
  }
  return request;
}

// As civetweb decides it, except that HTTP/1.0 always closes and that a body worth more than a
// glance ends the connection instead of being read to its end.
bool keeps_alive(mg_connection* connection, const mg_request_info& info) {
  constexpr long long kMaxIgnoredBody = 4096;
  if (or_empty(info.http_version) != "1.1") return false;
  if (info.content_length > kMaxIgnoredBody) return false;
  if (::mg_get_header(connection, "Transfer-Encoding") != nullptr) return false;
  const char* const wish = ::mg_get_header(connection, "Connection");
  return wish == nullptr || to_lower_ascii(wish) == "keep-alive";
}

void write_reply(mg_connection* connection, const Reply& reply, bool head_only, bool keep_alive) {
  if (keep_alive) {
    const std::string_view bytes = head_only ? reply.head() : reply.bytes();
    ::mg_write(connection, bytes.data(), bytes.size());
    return;
  }
  ::mg_disable_connection_keep_alive(connection);
  const std::string bytes = reply.closing(head_only);
  ::mg_write(connection, bytes.data(), bytes.size());
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, ListenAddress address, std::unique_ptr<BasicAuth> auth)
      : address_(std::move(address)),
        connections_(options.clock, kThreads, kSpareThreads),
        guard_(options.homes, options.config.allow_gateway_user,
               std::move(options.connection_owner)),
        site_(options.config, address_.ip, std::move(options.about), options.hub, options.homes,
              options.alerts, options.clock, std::move(auth), std::move(options.on_reload)) {}
  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<> start();
  void stop();
  [[nodiscard]] const ListenAddress& address() const { return address_; }
  [[nodiscard]] const ConnectionTable& connections() const { return connections_; }

 private:
  // civetweb's callbacks; no exception may pass them.
  static void* on_thread(const mg_context* context, int kind) noexcept;
  static int on_connect(const mg_connection* connection, void** data) noexcept;
  static void on_close(const mg_connection* connection) noexcept;
  static void on_closed(const mg_connection* connection) noexcept;
  static int on_request(mg_connection* connection) noexcept;
  static int on_error(mg_connection* connection, int status, const char* message) noexcept;
  static int on_log(const mg_connection*, const char*) noexcept { return 1; }

  static Impl& self(const mg_connection* connection) {
    return *static_cast<Impl*>(::mg_get_user_data(::mg_get_context(connection)));
  }
  static Connection& slot(const mg_connection* connection) {
    return *static_cast<Connection*>(::mg_get_thread_pointer(connection));
  }

  [[nodiscard]] std::shared_ptr<const Reply> answer(Connection& client, const Request& request);

  ListenAddress address_;
  sockaddr_in local_{};
  ConnectionTable connections_;
  PeerGuard guard_;
  Site site_;
  mg_context* context_ = nullptr;
};

Result<> Server::Impl::start() {
  TRY(check_bindable(address_));
  mg_callbacks callbacks{};
  callbacks.init_thread = on_thread;
  callbacks.init_connection = on_connect;
  callbacks.connection_close = on_close;
  callbacks.connection_closed = on_closed;
  callbacks.begin_request = on_request;
  callbacks.http_error = on_error;
  callbacks.log_message = on_log;
  const std::string listen = address_.text();
  const std::string threads = std::to_string(kThreads);
  std::array<const char*, 21> settings{"listening_ports",
                                       listen.c_str(),
                                       "num_threads",
                                       threads.c_str(),
                                       "connection_queue",
                                       "1",
                                       "listen_backlog",
                                       "1024",
                                       "max_request_size",
                                       "16384",
                                       "request_timeout_ms",
                                       "5000",
                                       "keep_alive_timeout_ms",
                                       "75000",
                                       "enable_keep_alive",
                                       "yes",
                                       "tcp_nodelay",
                                       "1",
                                       "decode_url",
                                       "no",
                                       nullptr};
  std::array<char, 256> message{};
  mg_init_data init{&callbacks, this, settings.data()};
  mg_error_data error{};  // its other members differ between civetweb 1.15 and 1.16
  error.text = message.data();
  error.text_buffer_size = message.size();
  context_ = ::mg_start2(&init, &error);
  if (context_ == nullptr) {
    return fail(Errc::io, listen + ": the web server did not start: " + sanitize(message.data()));
  }
  mg_server_port port{};
  if (::mg_get_server_ports(context_, 1, &port) != 1) {
    return fail(Errc::io, listen + ": the web server has no port");
  }
  address_.port = static_cast<std::uint16_t>(port.port);
  local_ = to_sockaddr(address_);
  connections_.set_local(local_);
  return {};
}

void Server::Impl::stop() {
  if (context_ == nullptr) return;
  connections_.shut_all();
  ::mg_stop(context_);
  context_ = nullptr;
}

// Gives each of civetweb's worker threads its slot.
void* Server::Impl::on_thread(const mg_context* context, int kind) noexcept {
  constexpr int kWorker = 1;
  if (kind != kWorker) return nullptr;
  return static_cast<Impl*>(::mg_get_user_data(context))->connections_.add_thread();
}

int Server::Impl::on_connect(const mg_connection* connection, void**) noexcept {
  self(connection).connections_.open(slot(connection));
  return 0;
}

void Server::Impl::on_close(const mg_connection* connection) noexcept {
  const mg_request_info& info = *::mg_get_request_info(connection);
  self(connection)
      .connections_.begin_close(slot(connection), info.remote_addr,
                                static_cast<std::uint16_t>(info.remote_port));
}

void Server::Impl::on_closed(const mg_connection* connection) noexcept {
  self(connection).connections_.end_close(slot(connection));
}

int Server::Impl::on_request(mg_connection* connection) noexcept {
  Impl& impl = self(connection);
  Connection& client = slot(connection);
  const mg_request_info& info = *::mg_get_request_info(connection);
  int status = kFailed;
  try {
    impl.connections_.begin_request(client, info.remote_addr,
                                    static_cast<std::uint16_t>(info.remote_port));
    const Request request = to_request(info);
    const std::shared_ptr<const Reply> reply = impl.answer(client, request);
    write_reply(connection, *reply, request.method == "HEAD", keeps_alive(connection, info));
    status = reply->status();
  } catch (const std::exception& error) {
    log::error("web request failed", {{"error", error.what()}});
    ::mg_disable_connection_keep_alive(connection);
  }
  impl.connections_.end_request(client);
  return status;
}

std::shared_ptr<const Reply> Server::Impl::answer(Connection& client, const Request& request) {
  if (const std::optional<std::string> refusal = guard_.refusal(client, local_)) {
    return std::make_shared<const Reply>(text_reply(kForbidden, *refusal));
  }
  return site_.answer(request);
}

int Server::Impl::on_error(mg_connection* connection, int status, const char* message) noexcept {
  try {
    const bool head_only = or_empty(::mg_get_request_info(connection)->request_method) == "HEAD";
    write_reply(connection, text_reply(status, sanitize(or_empty(message))), head_only, false);
  } catch (const std::exception& error) {
    log::error("web error reply failed", {{"error", error.what()}});
  }
  return 0;
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  TRY_ASSIGN(ListenAddress address, parse_listen_address(options.config.listen_address));
  std::unique_ptr<BasicAuth> auth;
  if (!options.config.auth_file.empty()) {
    TRY_ASSIGN(auth, BasicAuth::load(options.config.auth_file, options.clock));
  }
  auto impl = std::make_unique<Impl>(std::move(options), std::move(address), std::move(auth));
  TRY(impl->start());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

void Server::stop() { impl_->stop(); }
std::uint16_t Server::port() const { return impl_->address().port; }
std::string Server::address() const { return impl_->address().text(); }
std::uint64_t Server::evicted_connections() const { return impl_->connections().evicted(); }

}  // namespace clawvigil::web
