// A real nginx and a real Caddy before a service on loopback: N wrong requests are N.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include "collectors/proxy.h"
#include "exporter/host/sockets.h"
#include "tests/support/collector_harness.h"
#include "tests/support/http_client.h"
#include "tests/support/program.h"

namespace clawvigil {
namespace {

using namespace std::chrono_literals;
using test::value;

constexpr std::string_view kFailures = "clawvigil_proxy_auth_failures_total";

class ProxyServer : public testing::Test {
 protected:
  ~ProxyServer() override {
    if (!server_) return;
    server_->signal(SIGTERM);  // nginx ends its worker
    server_->wait();
  }

  // One site that refuses, with the log format `format` (nginx's words).
  void start_nginx(const std::string& format) {
    const std::string at = directory_.path();
    directory_.write(
        "n.conf", "daemon off; pid " + at + "/pid; error_log " + at +
                      "/error.log; worker_processes 1; user root;\n"
                      "events { worker_connections 64; }\nhttp {\n"
                      "client_body_temp_path " +
                      at + "/b; proxy_temp_path " + at + "/p; fastcgi_temp_path " + at +
                      "/f; uwsgi_temp_path " + at + "/u; scgi_temp_path " + at + "/s;\n" + format +
                      "\nserver { listen 127.0.0.1:" + std::to_string(backend_) +
                      "; access_log off; location / { return 401; }\n"
                      "  location /ok { return 200; } location /late { return 429; } }\n"
                      "server { listen 127.0.0.1:" +
                      std::to_string(port_) +
                      "; location / { proxy_pass http://127.0.0.1:" + std::to_string(backend_) +
                      "; }\n"
                      "  location /private { deny all; } }\n}\n");
    server_ = test::start_program({"nginx", "-c", at + "/n.conf", "-p", at}, at + "/out");
    await_server();
  }
  void await_server() const {
    EXPECT_TRUE(eventually([&] {
      const auto listeners = host::list_listeners();
      return listeners &&
             std::ranges::find(*listeners, port_, &host::Listener::port) != listeners->end();
    })) << test::read_all(directory_ / "out");
    EXPECT_EQ(ask("/ok"), 200);
  }

  [[nodiscard]] int ask(const std::string& path, std::string_view headers = {}) const {
    return test::http(port_, "GET", path, headers).status;
  }
  Batch run() { return harness_.run(*collector_); }
  double failures(const char* status) { return value(run(), kFailures, {status}); }
  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < deadline) {
      if (condition()) return true;
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }

  test::TempDir directory_;
  test::CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_proxy_collector();
  std::uint16_t port_ = test::free_port();
  std::uint16_t backend_ = test::free_port();
  std::unique_ptr<test::ChildProcess> server_;
};

// What strangers send to be taken for something else.
constexpr std::array kHostile{
    "User-Agent: \" 200 5 \"-\" \"-\r\n",
    "Referer: x\" 200 5 \"\r\nUser-Agent: \\\" 429 1 \\\\\"\r\n",
    "Authorization: Basic ZSBbMjIvTm92LzIwMjY6MDA6MDA6MDEgKzAwMDBdICJHRVQgLyBIVFRQLzEuMSIgMjAwIDUg"
    "Ii0iIjp4\r\n",  // user name: e [22/Nov/2026:00:00:01 +0000] "GET / HTTP/1.1" 200 5 "-"
    "User-Agent: \xff\xfe\x01\r\n",
};

const char* hostile(int number) {
  return kHostile.at(static_cast<std::size_t>(number) % kHostile.size());
}

TEST_F(ProxyServer, NginxThroughRotation) {
  if (!test::has_program("nginx")) GTEST_SKIP() << "SKIPPED: no nginx (package nginx-light)";
  const std::string log = directory_ / "access.log";
  harness_.config.proxy.logs = {{log, ""}};
  start_nginx("access_log " + log + " combined;");
  EXPECT_EQ(ask("/before"), 401);
  EXPECT_TRUE(eventually([&] { return test::read_all(log).contains("/before"); }));
  EXPECT_EQ(failures("401"), 0);

  constexpr int kRequests = 300;
  for (int i = 0; i < kRequests; ++i) {
    EXPECT_EQ(ask("/tools/invoke?n=" + std::to_string(i), hostile(i)), 401);
    if (i % 3 == 0) {
      EXPECT_EQ(ask("/ok"), 200);
    }
    if (i == 100) std::filesystem::rename(log, log + ".1");  // nginx goes on writing there
    if (i == 120) {
      server_->signal(SIGUSR1);
      EXPECT_TRUE(eventually([&] { return std::filesystem::exists(log); }));
    }
    if (i % 40 == 0) static_cast<void>(run());
    if (i == 200) {
      collector_ = make_proxy_collector();  // clawvigil is restarted
      harness_.restart_store();
    }
  }
  EXPECT_EQ(ask("/a\"b%22%0a401"), 401);
  EXPECT_EQ(ask("/late"), 429);
  EXPECT_EQ(ask("/private"), 403);
  // nginx writes a line after its answer, in order: the last two are the last lines.
  EXPECT_TRUE(eventually([&] { return failures("429") == 1 && failures("403") == 1; }));
  const Batch batch = run();
  EXPECT_EQ(value(batch, kFailures, {"401"}), kRequests + 1);
  EXPECT_EQ(value(batch, "clawvigil_proxy_auth_failure_sources"), 1);
  EXPECT_EQ(value(batch, "clawvigil_proxy_log_lines_unparsed_total"), 0);
}

// The host a request names decides, in both formats that hold it.
TEST_F(ProxyServer, NginxWithTheHostInItsLog) {
  if (!test::has_program("nginx")) GTEST_SKIP() << "SKIPPED: no nginx (package nginx-light)";
  const std::string lines = directory_ / "lines.log";
  const std::string json = directory_ / "json.log";
  start_nginx(
      "log_format vhost '$host:$server_port $remote_addr - $remote_user [$time_local] "
      "\"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"';\n"
      "log_format json escape=json '{\"remote_addr\":\"$remote_addr\",\"host\":\"$host\","
      "\"request\":\"$request\",\"status\":$status,\"agent\":\"$http_user_agent\"}';\n"
      "access_log " +
      lines + " vhost; access_log " + json + " json;");
  for (const std::string& log : {lines, json}) {
    SCOPED_TRACE(log);
    collector_ = make_proxy_collector();
    harness_.config.proxy.logs = {{log, "localhost"}};
    const double before = failures("401");
    for (const char* const headers : kHostile) EXPECT_EQ(ask("/x", headers), 401);
    test::HttpClient foreign(port_);
    foreign.send("GET / HTTP/1.1\r\nHost: blog.example.org\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(foreign.receive().status, 401);
    EXPECT_EQ(ask("/late"), 429);
    EXPECT_TRUE(eventually([&] { return failures("429") > 0; }));
    const Batch batch = run();
    EXPECT_EQ(value(batch, kFailures, {"401"}) - before, kHostile.size());
    EXPECT_EQ(value(batch, "clawvigil_proxy_log_lines_unparsed_total"), 0);
    harness_.config.proxy.logs.clear();
  }
}

TEST_F(ProxyServer, Caddy) {
  if (!test::has_program("caddy")) GTEST_SKIP() << "SKIPPED: no caddy (package caddy)";
  const std::string at = directory_.path();
  const std::string site = ":" + std::to_string(port_);
  directory_.write("Caddyfile",
                   "{\n\tadmin off\n\tauto_https off\n}\n"
                   "http://" +
                       site + " {\n\tlog {\n\t\toutput file " + at +
                       "/access.log\n\t}\n\trespond /ok 200\n\trespond /late 429\n"
                       "\trespond \"no\" 401\n}\n");
  ::setenv("XDG_DATA_HOME", at.c_str(), 1);
  ::setenv("XDG_CONFIG_HOME", at.c_str(), 1);
  server_ = test::start_program({"caddy", "run", "--config", at + "/Caddyfile"}, at + "/out");
  await_server();
  harness_.config.proxy.logs = {{at + "/access.log", "localhost"}};
  EXPECT_EQ(failures("401"), 0);
  constexpr int kRequests = 60;
  for (int i = 0; i < kRequests; ++i) EXPECT_EQ(ask("/x", hostile(i % 3)), 401);
  test::HttpClient foreign(port_);
  foreign.send("GET / HTTP/1.1\r\nHost: blog.example.org\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(foreign.receive().status, 401);
  EXPECT_EQ(ask("/late"), 429);
  EXPECT_TRUE(eventually([&] { return failures("429") == 1; }));
  EXPECT_EQ(failures("401"), kRequests);
}

}  // namespace
}  // namespace clawvigil
