#include "exporter/web/server.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "exporter/model/exposition.h"
#include "tests/support/http_client.h"
#include "tests/support/web_fixture.h"

namespace clawvigil::web {
namespace {

using test::http;
using test::HttpClient;
using test::HttpResponse;

std::string gunzip(const std::string& packed) {
  constexpr int kGzip = 15 + 16;
  std::string out(1 << 20, '\0');
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::inflateInit2(&stream, kGzip), Z_OK);
  EXPECT_EQ(::inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  ::inflateEnd(&stream);
  return out;
}

class WebServer : public ::testing::Test {
 protected:
  void start(const std::function<void(ServerOptions&)>& change = {}) {
    ServerOptions options = fixture_.options();
    options.connection_owner = [](const auto&, auto, const auto&, auto) -> Result<uid_t> {
      return 1;
    };
    if (change) change(options);
    auto server = Server::start(std::move(options));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

  test::WebFixture fixture_{"demo"};
  std::unique_ptr<Server> server_;
};

void expect_secure(const HttpResponse& response) {
  const auto header = [&](const char* name) {
    const auto found = response.headers.find(name);
    return found == response.headers.end() ? std::string() : found->second;
  };
  const std::string csp = header("content-security-policy");
  for (const char* directive : {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'",
                                "form-action 'none'", "img-src data:", "style-src 'sha256-"}) {
    EXPECT_NE(csp.find(directive), std::string::npos) << response.status << ": " << csp;
  }
  EXPECT_EQ(csp.find("unsafe"), std::string::npos);
  EXPECT_EQ(header("x-content-type-options"), "nosniff") << response.status;
  EXPECT_EQ(header("x-frame-options"), "DENY");
  EXPECT_EQ(header("referrer-policy"), "no-referrer");
  EXPECT_EQ(header("cache-control"), "no-store");
  EXPECT_EQ(header("cross-origin-resource-policy"), "same-origin");
  EXPECT_EQ(response.headers.count("server"), 0U);
  EXPECT_EQ(response.headers.count("access-control-allow-origin"), 0U);
}

TEST_F(WebServer, ServesTheMetrics) {
  start();
  const HttpResponse response = http(port(), "GET", "/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-type"), kTextContentType);
  EXPECT_EQ(response.body, render_text(fixture_.snapshot()->batches));
  EXPECT_NE(response.body.find("clawvigil_gateway_exposed{home=\"lab\"} 1\n"), std::string::npos);
  expect_secure(response);
}

TEST_F(WebServer, CompressesOnlyForThoseWhoAccept) {
  start();
  const std::string plain = http(port(), "GET", "/metrics").body;
  const HttpResponse packed = http(port(), "GET", "/metrics", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(packed.headers.at("vary"), "Accept-Encoding");
  EXPECT_EQ(gunzip(packed.body), plain);
  const HttpResponse refused = http(port(), "GET", "/metrics", "Accept-Encoding: gzip;q=0\r\n");
  EXPECT_EQ(refused.headers.count("content-encoding"), 0U);
  EXPECT_EQ(refused.body, plain);
}

TEST_F(WebServer, ShowsWhatIsPublishedNext) {
  start();
  EXPECT_EQ(http(port(), "GET", "/metrics").body, http(port(), "GET", "/metrics").body);
  fixture_.publish_again();
  EXPECT_EQ(http(port(), "GET", "/metrics").body, render_text(fixture_.snapshot()->batches));
}

TEST_F(WebServer, HeadHasTheLengthAndNoBody) {
  start();
  for (const char* path : {"/", "/metrics", "/-/healthy", "/-/ready", "/nothing"}) {
    const HttpResponse get = http(port(), "GET", path);
    HttpClient client(port());
    client.send("HEAD " + std::string(path) +
                " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const std::string head = client.receive_all();
    EXPECT_TRUE(head.ends_with("\r\n\r\n")) << path;
    EXPECT_NE(head.find("Content-Length: " + std::to_string(get.body.size()) + "\r\n"),
              std::string::npos)
        << path;
  }
}

TEST_F(WebServer, HealthAndReadiness) {
  start();
  EXPECT_EQ(http(port(), "GET", "/-/healthy").body, "clawvigil is healthy.\n");
  EXPECT_EQ(http(port(), "GET", "/-/ready").status, 200);
}

TEST(WebServerStarting, IsNotReadyBeforeTheFirstRuns) {
  test::WebFixture fixture("empty");
  const auto server = Server::start(fixture.options());
  ASSERT_TRUE(server);
  EXPECT_EQ(http((*server)->port(), "GET", "/-/ready").status, 503);
  EXPECT_EQ(http((*server)->port(), "GET", "/-/healthy").status, 200);
}

TEST_F(WebServer, AnswersAsPrometheusWhatTheRulesSay) {
  start();
  const HttpResponse early = http(port(), "GET", "/api/v1/rules");
  EXPECT_EQ(early.status, 503);
  EXPECT_EQ(early.headers.at("content-type"), "application/json");
  auto view = std::make_shared<AlertView>();
  view->rules_json = R"({"status":"success","data":{"groups":[]}})";
  view->alerts_json = R"({"status":"success","data":{"alerts":[]}})";
  fixture_.alerts.put_up(view, SteadyTime());
  EXPECT_EQ(http(port(), "GET", "/api/v1/rules").body, view->rules_json);
  EXPECT_EQ(http(port(), "GET", "/api/v1/rules?type=alert").body, view->rules_json);
  const HttpResponse alerts = http(port(), "GET", "/api/v1/alerts");
  EXPECT_EQ(alerts.status, 200);
  EXPECT_EQ(alerts.body, view->alerts_json);
  expect_secure(alerts);
  EXPECT_EQ(http(port(), "POST", "/api/v1/alerts").status, 405);
}

TEST_F(WebServer, AnswersExactPathsOnly) {
  start();
  for (const char* path :
       {"/metrics/", "/metrics/foo", "/metricsx", "/-/healthy/", "/index.html", "//",
        "/-/../metrics", "/%6detrics", "/./", "/..%2f", "/api/v1/rules/", "/api/v1/query"}) {
    const HttpResponse response = http(port(), "GET", path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_NE(response.body.find("/metrics"), std::string::npos);
    EXPECT_TRUE(response.headers.at("content-type").starts_with("text/plain"));
    expect_secure(response);
  }
  EXPECT_EQ(http(port(), "GET", "/metrics?name[]=x").status, 200);
}

TEST_F(WebServer, IsReadOnly) {
  start();
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    const HttpResponse response = http(port(), method, "/metrics");
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(response.headers.at("allow"), "GET, HEAD");
    expect_secure(response);
  }
}

TEST_F(WebServer, ReloadsOnlyWhenAllowed) {
  start();
  const HttpResponse refused = http(port(), "POST", "/-/reload");
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("--web.enable-lifecycle"), std::string::npos);
  std::atomic<int> reloads = 0;
  start([&](ServerOptions& options) {
    options.config.enable_lifecycle = true;
    options.on_reload = [&] { ++reloads; };
  });
  EXPECT_EQ(http(port(), "GET", "/-/reload").status, 405);
  EXPECT_EQ(reloads, 0);
  EXPECT_EQ(http(port(), "POST", "/-/reload", "Content-Length: 0\r\n").status, 200);
  EXPECT_EQ(reloads, 1);
}

TEST_F(WebServer, RefusesForeignHosts) {
  start([](ServerOptions& options) { options.config.allowed_hosts = {"vigil.example.ts.net"}; });
  const auto status = [&](std::string_view version, std::string_view headers) {
    HttpClient client(port());
    client.send("GET /metrics HTTP/" + std::string(version) + "\r\n" + std::string(headers) +
                "\r\n");
    const HttpResponse response = client.receive();
    if (response.status != 0) expect_secure(response);
    return response.status;
  };
  EXPECT_EQ(status("1.1", "Host: evil.example\r\n"), 421);
  EXPECT_EQ(status("1.1", "Host: localhost\r\nHost: evil.example\r\n"), 400);
  EXPECT_EQ(status("1.1", ""), 400);
  EXPECT_EQ(status("1.0", ""), 200);
  EXPECT_EQ(status("1.1", "Host: vigil.example.ts.net\r\n"), 200);
  EXPECT_EQ(status("1.1", "Host: [::1]:9842\r\n"), 200);
}

TEST_F(WebServer, SecuresCivetwebsOwnErrors) {
  start();
  for (const char* garbage : {"NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
                              "GET noslash HTTP/1.1\r\nHost: localhost\r\n\r\n",
                              "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n"}) {
    HttpClient client(port());
    client.send(garbage);
    const HttpResponse response = client.receive();
    EXPECT_GE(response.status, 400) << garbage;
    expect_secure(response);
    EXPECT_EQ(response.headers.at("connection"), "close");
  }
}

TEST_F(WebServer, KeepsConnectionsAndAnswersPipelinedRequests) {
  start();
  HttpClient client(port());
  const std::string request = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (int i = 0; i < 3; ++i) {
    client.send(request + request);
    EXPECT_EQ(client.receive().body, "clawvigil is healthy.\n");
    EXPECT_EQ(client.receive().body, "clawvigil is healthy.\n");
  }
  client.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.receive().headers.at("connection"), "close");
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(WebServer, AsksForThePasswordEverywhere) {
  const std::string path = ::testing::TempDir() + "/web-" + std::to_string(::getpid()) + ".yml";
  std::ofstream(path) << "basic_auth_users:\n"
                         "  alice: $2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW\n";
  start([&](ServerOptions& options) { options.config.auth_file = path; });
  std::filesystem::remove(path);
  for (const char* place : {"/", "/metrics", "/-/healthy", "/-/reload", "/nothing"}) {
    const HttpResponse asked = http(port(), "GET", place);
    EXPECT_EQ(asked.status, 401) << place;
    EXPECT_TRUE(asked.headers.at("www-authenticate").starts_with("Basic realm="));
    expect_secure(asked);
  }
  const char* const good = "Authorization: Basic YWxpY2U6c2VjcmV0\r\n";  // alice:secret
  EXPECT_EQ(http(port(), "GET", "/metrics", good).status, 200);
  EXPECT_EQ(http(port(), "GET", "/metrics", "Authorization: Basic YWxpY2U6eA==\r\n").status, 401);
  ServerOptions options = fixture_.options();
  options.config.auth_file = path;
  EXPECT_EQ(Server::start(std::move(options)).error().code, Errc::not_found);
}

TEST_F(WebServer, IgnoresUpgrades) {
  start();
  HttpClient client(port());
  client.send(
      "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(WebServer, SaysThatThePortIsInUse) {
  start();
  ServerOptions options = fixture_.options();
  options.config.listen_address = server_->address();
  const auto second = Server::start(std::move(options));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  EXPECT_NE(second.error().message.find(server_->address() + " is in use"), std::string::npos);
}

TEST_F(WebServer, RefusesOtherAddressesAtStart) {
  ServerOptions options = fixture_.options();
  options.config.listen_address = "0.0.0.0:0";
  EXPECT_EQ(Server::start(std::move(options)).error().code, Errc::unsupported);
}

TEST_F(WebServer, RefusesTheWatchedGatewaysUser) {
  constexpr uid_t kWatched = 4242;  // of the fixture's homes
  std::atomic<int> lookups = 0;
  std::atomic<uid_t> owner = kWatched;
  const auto lookup = [&](const host::Address& local, std::uint16_t local_port,
                          const host::Address& remote, std::uint16_t remote_port) -> Result<uid_t> {
    ++lookups;
    EXPECT_EQ(local, (host::Address{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1}));
    EXPECT_EQ(remote, local);
    EXPECT_EQ(local_port, port());
    EXPECT_NE(remote_port, 0);
    return owner.load();
  };
  start([&](ServerOptions& options) { options.connection_owner = lookup; });
  for (const char* path : {"/", "/metrics", "/-/healthy", "/nothing"}) {
    const HttpResponse refused = http(port(), "GET", path);
    EXPECT_EQ(refused.status, 403) << path;
    EXPECT_NE(refused.body.find("--web.allow-gateway-user"), std::string::npos);
    expect_secure(refused);
  }
  owner = 0;
  EXPECT_EQ(http(port(), "GET", "/metrics").status, 200);
  owner = 1000;
  lookups = 0;
  HttpClient client(port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(client.receive().status, 200);
  }
  EXPECT_EQ(lookups, 1);
}

TEST_F(WebServer, TheKernelTellsWhoseConnectionItIs) {
  if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: needs root to become another user";
  start([](ServerOptions& options) { options.connection_owner = &host::connection_owner; });
  EXPECT_EQ(http(port(), "GET", "/metrics").status, 200);
  const auto status_as = [&](uid_t uid) {
    const pid_t child = ::fork();
    if (child == 0) {
      const bool changed = ::setuid(uid) == 0;
      ::_exit(changed && http(port(), "GET", "/metrics").status == 403 ? 1 : 0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WEXITSTATUS(status) == 1 ? 403 : 200;
  };
  EXPECT_EQ(status_as(4242), 403);
  EXPECT_EQ(status_as(4243), 200);
}

TEST_F(WebServer, RefusesWhoseUserCannotBeTold) {
  start([](ServerOptions& options) {
    options.connection_owner = [](const auto&, auto, const auto&, auto) -> Result<uid_t> {
      return fail(Errc::unsupported, "no sock_diag here");
    };
  });
  const HttpResponse refused = http(port(), "GET", "/metrics");
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("no sock_diag here"), std::string::npos);
}

TEST_F(WebServer, LetsTheGatewaysUserInWhenTold) {
  start([](ServerOptions& options) {
    options.config.allow_gateway_user = true;
    options.connection_owner = [](const auto&, auto, const auto&, auto) -> Result<uid_t> {
      return 4242;
    };
  });
  EXPECT_EQ(http(port(), "GET", "/metrics").status, 200);
}

}  // namespace
}  // namespace clawvigil::web
