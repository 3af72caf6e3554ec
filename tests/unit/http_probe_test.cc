#include "exporter/host/http_probe.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "collectors/gateway_probe.h"
#include "exporter/base/fd.h"

namespace clawvigil {
namespace {

// Accepts one connection on loopback, reads the request, sends `reply` and closes.
class OneShotServer {
 public:
  explicit OneShotServer(std::string reply) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    EXPECT_EQ(::bind(listener_.get(), raw, length), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    EXPECT_EQ(::getsockname(listener_.get(), raw, &length), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, text = std::move(reply)] { serve(text); });
  }
  ~OneShotServer() { ::shutdown(listener_.get(), SHUT_RDWR); }
  OneShotServer(const OneShotServer&) = delete;
  OneShotServer& operator=(const OneShotServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // What the client sent; call once it has its answer.
  std::string request() {
    thread_.join();
    return request_;
  }

 private:
  void serve(const std::string& text) {
    const Fd client(::accept(listener_.get(), nullptr, nullptr));
    if (!client) return;
    char buffer[4096];
    const ssize_t got = ::recv(client.get(), buffer, sizeof buffer, 0);
    if (got > 0) request_.assign(buffer, static_cast<std::size_t>(got));
    std::size_t sent = 0;
    while (sent < text.size()) {
      const ssize_t count =
          ::send(client.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
    if (text.empty()) ::recv(client.get(), buffer, sizeof buffer, 0);  // until the client gives up
  }

  Fd listener_;
  std::uint16_t port_ = 0;
  std::string request_;
  std::jthread thread_;
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
  EXPECT_TRUE(server.request().starts_with("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:"));
}

TEST(HttpProbe, PostsItsBodyAndNothingElse) {
  OneShotServer server(reply_of(401, "{}"));
  ASSERT_TRUE(host::probe_loopback({server.port(), "/tools/invoke", false, "{}"}));
  const std::string request = server.request();
  EXPECT_TRUE(request.starts_with("POST /tools/invoke HTTP/1.1\r\n"));
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
