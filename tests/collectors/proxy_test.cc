// Access logs in a made-up machine; proxy_server_test.cc has real proxies.
#include "collectors/proxy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"

namespace clawvigil {
namespace {

using test::has;
using test::value;

constexpr std::string_view kFailures = "clawvigil_proxy_auth_failures_total";
constexpr const char* kNginx = "/var/log/nginx/access.log";
constexpr const char* kCaddy = "/var/log/caddy/access.log";
constexpr const char* kConfig = "/home/claw/.openclaw/openclaw.json";

std::string combined(int status, const std::string& address = "198.51.100.7") {
  return address + " - - [22/Nov/2026:00:00:01 +0000] \"GET / HTTP/1.1\" " +
         std::to_string(status) + " 179 \"-\" \"curl\"\n";
}
std::string caddy(int status, const std::string& host) {
  return R"({"level":"info","logger":"http.log.access","msg":"handled request","request":{)"
         R"("remote_ip":"198.51.100.7","host":")" +
         host + R"("},"status":)" + std::to_string(status) + "}\n";
}

class Proxy : public testing::Test {
 protected:
  Proxy() { harness_.use_root(machine_.real("/")); }

  void openclaw(const std::string& gateway) {
    if (homes_.empty()) {
      machine_.write(kConfig, "{}", 0600);
      homes_ = test::homes_of(machine_.root(), {"/home/claw/.openclaw"});
      for (const Home& home : homes_) harness_.add_home(home);
    }
    machine_.write(kConfig, "{\"gateway\":" + gateway + "}", 0600);
  }
  void log(const std::string& path, const std::string& lines) const {
    const std::string real = machine_.real(path);
    const bool exists = std::filesystem::exists(real);
    machine_.write(path, (exists ? test::read_all(real) : "") + lines, 0640);
  }
  Batch run() { return harness_.run(*collector_); }
  double failures(const std::string& status) { return value(run(), kFailures, {status}); }

  test::HostFixture machine_;
  std::vector<Home> homes_;
  test::CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_proxy_collector();
};

TEST_F(Proxy, AHostWithoutOneExportsNothing) {
  openclaw("{}");
  Batch batch = run();
  EXPECT_TRUE(batch.families().empty());
  EXPECT_TRUE(batch.unknowns().empty());
  log(kNginx, combined(403));  // a web server for other things
  batch = run();
  EXPECT_TRUE(batch.families().empty());
  EXPECT_TRUE(batch.unknowns().empty());
}

TEST_F(Proxy, AProxyWhoseLogCannotBeCountedIsUnknown) {
  openclaw(R"({"trustedProxies":["127.0.0.1"]})");
  Batch batch = run();
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns()[0].reason, Errc::not_found);
  EXPECT_EQ(batch.unknowns()[0].families.size(), 4U);
  log(kNginx, combined(403));
  batch = run();
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns()[0].reason, Errc::unsupported);
  EXPECT_NE(batch.unknowns()[0].detail.find("proxy.logs"), std::string::npos);
  openclaw(R"({"trustedProxies":["127.0.0.1"],"tailscale":{"mode":"serve"}})");
  EXPECT_TRUE(run().unknowns().empty());
}

TEST_F(Proxy, ALogOfItsOwnCountsEveryLine) {
  harness_.config.proxy.logs = {{kNginx, ""}};
  log(kNginx, combined(401) + combined(401));  // before the first start: history
  Batch batch = run();
  for (const char* const status : {"401", "403", "429"}) {
    EXPECT_EQ(value(batch, kFailures, {status}), 0) << status;
  }
  log(kNginx, combined(401) + combined(200) + combined(401, "203.0.113.9") + combined(429) +
                  combined(404) + caddy(403, "any.example") + "401 garbage\n");
  batch = run();
  EXPECT_EQ(value(batch, kFailures, {"401"}), 2);
  EXPECT_EQ(value(batch, kFailures, {"403"}), 1);
  EXPECT_EQ(value(batch, kFailures, {"429"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_proxy_auth_failure_sources"), 2);
  EXPECT_EQ(value(batch, "clawvigil_proxy_log_lines_read_total"), 7);
  EXPECT_EQ(value(batch, "clawvigil_proxy_log_lines_unparsed_total"), 1);
  harness_.clock.advance(std::chrono::hours(25));
  batch = run();
  EXPECT_EQ(value(batch, "clawvigil_proxy_auth_failure_sources"), 0);
  EXPECT_EQ(value(batch, kFailures, {"401"}), 2);
}

TEST_F(Proxy, OnlyTheConfiguredHostCountsWhereTheLogNamesIt) {
  harness_.config.proxy.logs = {{kCaddy, "claw.example.org"}};
  log(kCaddy, "");
  static_cast<void>(run());
  log(kCaddy, caddy(401, "Claw.Example.org:443") + caddy(401, "blog.example.org") + combined(401));
  EXPECT_EQ(failures("401"), 2);
}

TEST_F(Proxy, TheGatewaysHostIsFoundInUsualPlaces) {
  openclaw(R"({"publicOrigin":"https://claw.example.org","controlUi":{"allowedOrigins":)"
           R"(["https://ui.example.org:8443","http://localhost:18789"]}})");
  log(kCaddy, caddy(200, "blog.example.org"));
  EXPECT_EQ(failures("401"), 0);
  log(kCaddy, caddy(401, "claw.example.org") + caddy(403, "blog.example.org") +
                  caddy(401, "ui.example.org:8443") + caddy(401, "localhost"));
  Batch batch = run();
  EXPECT_EQ(value(batch, kFailures, {"401"}), 2);
  EXPECT_EQ(value(batch, kFailures, {"403"}), 0);
  EXPECT_TRUE(batch.unknowns().empty());
}

TEST_F(Proxy, AHostOfTailscaleIsNoSignOfAProxy) {
  log(kNginx, combined(200));
  openclaw(R"({"controlUi":{"allowedOrigins":["https://claw.tail1.ts.net"]}})");
  EXPECT_TRUE(run().unknowns().empty());
  openclaw(R"({"controlUi":{"allowedOrigins":["https://claw.example.org"]}})");
  EXPECT_EQ(run().unknowns().size(), 1U);
}

TEST_F(Proxy, ALogThatWasRotatedAndIsEmptyIsStillFollowed) {
  openclaw(R"({"publicOrigin":"https://claw.example.org"})");
  log(kCaddy, caddy(200, "claw.example.org"));
  static_cast<void>(run());
  std::filesystem::rename(machine_.real(kCaddy), machine_.real(kCaddy) + ".1");
  log(kCaddy, "");
  collector_ = make_proxy_collector();
  harness_.restart_store();
  EXPECT_EQ(failures("401"), 0);
  log(kCaddy, caddy(401, "claw.example.org"));
  EXPECT_EQ(failures("401"), 1);
}

TEST_F(Proxy, TraefikNamesTheGatewaysPort) {
  openclaw(R"({"port":18790})");
  const auto line = [](const std::string& url) {
    return R"(198.51.100.7 - - [22/Nov/2026:00:00:01 +0000] "GET / HTTP/2.0" 401 19 "-" "-" 7 )"
           R"("r@file" ")" +
           url + "\" 3ms\n";
  };
  log("/var/log/traefik/access.log", line("http://127.0.0.1:8080"));
  EXPECT_EQ(failures("401"), 0);
  log("/var/log/traefik/access.log", line("http://127.0.0.1:18790") +
                                         line("http://127.0.0.1:8080") + line("-") +
                                         line("http://10.0.0.2:18790"));
  EXPECT_EQ(failures("401"), 1);
}

TEST_F(Proxy, CountsSurviveRotationAndRestart) {
  harness_.config.proxy.logs = {{kNginx, ""}};
  log(kNginx, combined(200));
  static_cast<void>(run());
  log(kNginx, combined(401));
  std::filesystem::rename(machine_.real(kNginx), machine_.real(kNginx) + ".1");
  log(kNginx, combined(401) + combined(401).substr(0, 20));
  EXPECT_EQ(failures("401"), 2);
  collector_ = make_proxy_collector();
  harness_.restart_store();
  EXPECT_EQ(failures("401"), 2);
  log(kNginx, combined(401).substr(20));
  EXPECT_EQ(failures("401"), 3);
}

TEST_F(Proxy, AConfiguredLogThatIsMissingIsUnknown) {
  harness_.config.proxy.logs = {{"/var/log/none/access.log", ""}};
  const Batch batch = run();
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns()[0].reason, Errc::not_found);
}

TEST_F(Proxy, HostileLogs) {
  harness_.config.proxy.logs = {{kNginx, ""}};
  log(kNginx, combined(200));
  static_cast<void>(run());
  log(kNginx, std::string(1024UL * 1024, '4') + "\n" + std::string("\0\xff 401\n", 7) +
                  combined(401, std::string(1000, 'a')));
  const Batch batch = run();
  EXPECT_EQ(value(batch, kFailures, {"401"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_proxy_log_lines_unparsed_total"), 2);
  EXPECT_EQ(batch.find(kFailures)->samples.size(), 3U);
}

}  // namespace
}  // namespace clawvigil
