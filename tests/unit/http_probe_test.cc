#include "exporter/host/http_probe.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "collectors/gateway_probe.h"
#include "exporter/base/fd.h"
#include "exporter/host/http_reply.h"
#include "tests/support/loopback_listener.h"

namespace clawvigil {
namespace {

// Listens on loopback and hands the first connection to `serve` on a thread of its own.
class OneConnection {
 public:
  explicit OneConnection(std::function<void(int)> serve) {
    thread_ = std::jthread([this, serve = std::move(serve)] {
      const Fd client(::accept(listener_.socket.get(), nullptr, nullptr));
      if (client) serve(client.get());
    });
  }
  ~OneConnection() { ::shutdown(listener_.socket.get(), SHUT_RDWR); }
  OneConnection(const OneConnection&) = delete;
  OneConnection& operator=(const OneConnection&) = delete;

  [[nodiscard]] std::uint16_t port() const { return listener_.port; }
  void join() { thread_.join(); }

 private:
  test::LoopbackListener listener_{1};
  std::jthread thread_;
};

// Reads the request, sends `reply` and closes; without a reply it waits for the client to give up.
class OneShotServer {
 public:
  explicit OneShotServer(std::string reply)
      : connection_([this, text = std::move(reply)](int client) { serve(client, text); }) {}

  [[nodiscard]] std::uint16_t port() const { return connection_.port(); }
  // What the client sent; call once it has its answer.
  std::string request() {
    connection_.join();
    return request_;
  }

 private:
  void serve(int client, const std::string& text) {
    char buffer[4096];
    const ssize_t got = ::recv(client, buffer, sizeof buffer, 0);
    if (got > 0) request_.assign(buffer, static_cast<std::size_t>(got));
    std::size_t sent = 0;
    while (sent < text.size()) {
      const ssize_t count = ::send(client, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
    if (text.empty()) ::recv(client, buffer, sizeof buffer, 0);
  }

  std::string request_;
  OneConnection connection_;
};

// Sends `beginning` and then a byte every now and then, until the client gives up.
class SlowServer {
 public:
  explicit SlowServer(std::string beginning)
      : connection_([text = std::move(beginning)](int client) {
          const std::string_view drip = "x";
          ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
          do {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
          } while (::send(client, drip.data(), drip.size(), MSG_NOSIGNAL) > 0);
        }) {}
  [[nodiscard]] std::uint16_t port() const { return connection_.port(); }

 private:
  OneConnection connection_;
};

// The same as OneShotServer behind TLS, with a certificate nobody signed.
class TlsServer {
 public:
  explicit TlsServer(std::string reply)
      : context_(::SSL_CTX_new(::TLS_server_method()), ::SSL_CTX_free),
        connection_([this, text = std::move(reply)](int client) { serve(client, text); }) {}
  [[nodiscard]] std::uint16_t port() const { return connection_.port(); }

 private:
  void use_self_signed_certificate() const {
    const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key(::EVP_EC_gen("P-256"),
                                                                    ::EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&::X509_free)> certificate(::X509_new(), ::X509_free);
    ::X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    ::X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 60);
    ::X509_set_pubkey(certificate.get(), key.get());
    EXPECT_GT(::X509_sign(certificate.get(), key.get(), ::EVP_sha256()), 0);
    EXPECT_EQ(::SSL_CTX_use_certificate(context_.get(), certificate.get()), 1);
    EXPECT_EQ(::SSL_CTX_use_PrivateKey(context_.get(), key.get()), 1);
  }
  void serve(int client, const std::string& text) const {
    use_self_signed_certificate();
    const std::unique_ptr<SSL, decltype(&::SSL_free)> session(::SSL_new(context_.get()),
                                                              ::SSL_free);
    ::SSL_set_fd(session.get(), client);
    char buffer[4096];
    if (::SSL_accept(session.get()) != 1) return;
    ::SSL_read(session.get(), buffer, sizeof buffer);
    ::SSL_write(session.get(), text.data(), static_cast<int>(text.size()));
    ::SSL_shutdown(session.get());
  }

  std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context_;
  OneConnection connection_;
};

std::string reply_of(int status, const std::string& body, const std::string& header = "") {
  return "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Type: application/json\r\n" +
         header + "Content-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

TEST(HttpProbe, GetsStatusAndBody) {
  OneShotServer server(reply_of(200, "{\"ok\":true}"));
  const auto reply = host::probe_loopback({server.port(), "/healthz"});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "{\"ok\":true}");
  EXPECT_GT(reply->duration, Duration{});
  EXPECT_TRUE(server.request().starts_with("GET /healthz HTTP/1.0\r\nHost: 127.0.0.1:"));
}

TEST(HttpProbe, PostsItsBodyAndNothingElse) {
  OneShotServer server(reply_of(401, "{}"));
  ASSERT_TRUE(host::probe_loopback({server.port(), "/tools/invoke", false, "{}"}));
  const std::string request = server.request();
  EXPECT_TRUE(request.starts_with("POST /tools/invoke HTTP/1.0\r\n"));
  EXPECT_TRUE(request.ends_with("\r\n\r\n{}")) << request;
  EXPECT_EQ(request.find("uthorization"), std::string::npos);
}

TEST(HttpProbe, DoesNotFollowRedirects) {
  OneShotServer server(reply_of(302, "", "Location: http://127.0.0.1:1/\r\n"));
  EXPECT_EQ(host::probe_loopback({server.port(), "/"})->status, 302);
}

TEST(HttpProbe, IgnoresProxiesOfTheEnvironment) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  OneShotServer server(reply_of(200, ""));
  const auto reply = host::probe_loopback({server.port(), "/"});
  ::unsetenv("http_proxy");
  EXPECT_TRUE(reply) << reply.error().message;
}

TEST(HttpProbe, Errors) {
  std::uint16_t closed = 0;
  {
    OneShotServer server("");
    closed = server.port();
  }
  EXPECT_EQ(host::probe_loopback({closed, "/"}).error().code, Errc::not_found);
  OneShotServer large(reply_of(200, std::string(host::kMaxProbeBody + 1, 'x')));
  EXPECT_EQ(host::probe_loopback({large.port(), "/"}).error().code, Errc::too_large);
  OneShotServer silent("");
  EXPECT_EQ(host::probe_loopback({silent.port(), "/"}).error().code, Errc::timeout);
  OneShotServer garbage("SSH-2.0-OpenSSH_9.2\r\n");
  EXPECT_EQ(host::probe_loopback({garbage.port(), "/"}).error().code, Errc::io);
}

TEST(HttpProbe, ABodyWithoutLengthEndsWithTheConnection) {
  OneShotServer server("HTTP/1.1 200 OK\r\n\r\nuntil the end");
  EXPECT_EQ(host::probe_loopback({server.port(), "/"})->body, "until the end");
  OneShotServer endless("HTTP/1.1 200 OK\r\n\r\n" + std::string(host::kMaxProbeBody + 1, 'x'));
  EXPECT_EQ(host::probe_loopback({endless.port(), "/"}).error().code, Errc::too_large);
}

TEST(HttpProbe, RefusesWhatIsNotTheAnswerOfAnHttpServer) {
  for (const char* reply :
       {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour", "HTTP/1.1 200 OK\r\nContent-",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/2\r\n\r\n", "\r\n\r\n"}) {
    OneShotServer server(reply);
    const auto answer = host::probe_loopback({server.port(), "/"});
    ASSERT_FALSE(answer) << reply;
    EXPECT_EQ(answer.error().code, Errc::io) << reply;
  }
}

TEST(HttpProbe, AHeaderHasAnEnd) {
  std::string head = "HTTP/1.1 200 OK\r\n";
  while (head.size() < host::kMaxReplyHead) head += "X-Filler: " + std::string(100, 'x') + "\r\n";
  OneShotServer server(head);
  EXPECT_EQ(host::probe_loopback({server.port(), "/"}).error().code, Errc::too_large);
}

TEST(HttpProbe, SlowBytesDoNotProlongTheDeadline) {
  SlowServer server("HTTP/1.1 200 OK\r\nX: ");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(host::probe_loopback({server.port(), "/"}).error().code, Errc::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - start, host::kProbeTimeout * 2);
}

TEST(HttpProbe, SpeaksTlsWithoutCheckingTheCertificate) {
  TlsServer server(reply_of(200, "secret channel"));
  const auto reply = host::probe_loopback({server.port(), "/healthz", true});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "secret channel");
  OneShotServer plain(reply_of(200, ""));
  EXPECT_EQ(host::probe_loopback({plain.port(), "/", true}).error().code, Errc::io);
  OneShotServer silent("");
  EXPECT_EQ(host::probe_loopback({silent.port(), "/", true}).error().code, Errc::timeout);
}

GatewaySettings settings_for(const OneShotServer& server) {
  GatewaySettings settings;
  settings.port = server.port();
  settings.bind = {"loopback"};
  return settings;
}

// Replies captured from 2026.3.13 and 2026.9.6 gateways, with and without authentication.
TEST(GatewayProbe, UnauthenticatedAccess) {
  const auto access = [](int status, const std::string& body) {
    OneShotServer server(reply_of(status, body));
    return probe_unauthenticated_access(settings_for(server));
  };
  EXPECT_EQ(access(401, R"({"error":{"message":"Unauthorized","type":"unauthorized"}})"), false);
  EXPECT_EQ(access(403, "{}"), false);
  EXPECT_EQ(access(200, "{}"), true);
  EXPECT_EQ(
      access(
          400,
          R"({"error":{"message":"tools.invoke requires body.tool","type":"invalid_request_error"}})"),
      true);
  EXPECT_EQ(
      access(
          400,
          R"({"ok":false,"error":{"type":"invalid_request","message":"tools.invoke requires name"}})"),
      true);
  EXPECT_EQ(access(400, "Bad Request").error().code, Errc::unsupported);
  EXPECT_EQ(access(404, "Not Found").error().code, Errc::unsupported);
  EXPECT_EQ(access(429, "{}").error().code, Errc::unsupported);
}

TEST(GatewayProbe, HealthOfAGatewayThatIsDownOrBusy) {
  GatewaySettings nobody;
  nobody.bind = {"loopback"};
  nobody.port = 1;
  const auto down = probe_health(nobody);
  ASSERT_TRUE(down);
  EXPECT_FALSE(down->up);
  EXPECT_FALSE(down->ready);
  OneShotServer server(reply_of(503, "{}"));
  const auto failing = probe_health(settings_for(server));
  ASSERT_TRUE(failing);
  EXPECT_FALSE(failing->up);
  EXPECT_TRUE(failing->duration);
}

TEST(GatewayProbe, GatewaysThatAreNotOnLoopbackAreNotJudged) {
  GatewaySettings settings;
  for (const auto& [bind, host] : {std::pair("tailnet", ""), std::pair("custom", "10.0.0.5")}) {
    settings.bind = {bind};
    settings.custom_bind_host = {host};
    EXPECT_EQ(probe_health(settings).error().code, Errc::unsupported) << bind;
  }
}

}  // namespace
}  // namespace clawvigil
