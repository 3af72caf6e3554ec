// Clients that mean harm: whatever they do, a fresh scrape is answered in time.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <deque>
#include <fstream>
#include <thread>

#include "exporter/web/server.h"
#include "tests/support/http_client.h"
#include "tests/support/web_fixture.h"

namespace clawvigil::web {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::HttpClient;

constexpr milliseconds kInTime{2000};

class WebAbuse : public ::testing::Test {
 protected:
  void SetUp() override {
    rlimit files{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
    constexpr rlim_t kNeeded = 2048;  // both ends of every connection are ours
    if (files.rlim_cur < kNeeded) {
      files.rlim_cur = std::min(kNeeded, files.rlim_max);
      ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
    }
    ServerOptions options = fixture_.options();
    options.config.allow_gateway_user = true;
    auto server = Server::start(std::move(options));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

  void open(std::size_t count, std::string_view first_bytes) {
    for (std::size_t i = 0; i < count; ++i) {
      clients_.emplace_back(port());
      clients_.back().send(first_bytes);
    }
  }
  void expect_scrapes_in_time() {
    for (int i = 0; i < 50; ++i) {
      const auto begin = steady_clock::now();
      EXPECT_EQ(test::http(port(), "GET", "/metrics").status, 200);
      EXPECT_LT(steady_clock::now() - begin, kInTime);
    }
  }

  test::WebFixture fixture_{"demo"};
  std::unique_ptr<Server> server_;
  std::deque<HttpClient> clients_;
};

TEST_F(WebAbuse, IdleConnectionsDoNotBlindIt) {
  open(500, "");
  expect_scrapes_in_time();
  EXPECT_GT(server_->evicted_connections(), 400U);
}

TEST_F(WebAbuse, SlowlorisDoesNotBlindIt) {
  open(500, "");
  open(100, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
  const auto end = steady_clock::now() + milliseconds(3000);
  auto dribble = steady_clock::now();
  while (steady_clock::now() < end) {
    if (steady_clock::now() >= dribble) {  // one more byte each second; who is closed comes again
      for (HttpClient& client : clients_) {
        if (!client.send("a")) client = HttpClient(port());
      }
      dribble += milliseconds(1000);
    }
    expect_scrapes_in_time();
  }
}

TEST_F(WebAbuse, EndlessHeadersAreCutOff) {
  HttpClient client(port());
  client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Endless: ");
  const std::string chunk(4096, 'a');
  std::size_t sent = 0;
  while (sent < (1U << 22) && client.send(chunk)) sent += chunk.size();
  EXPECT_TRUE(client.closed_by_server());
  expect_scrapes_in_time();
}

TEST_F(WebAbuse, ManyHeadersAreRefused) {
  HttpClient client(port());
  std::string request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n";
  for (int i = 0; i < 500; ++i) request += "X: y\r\n";
  client.send(request + "\r\n");
  EXPECT_NE(client.receive().status, 0);
  expect_scrapes_in_time();
}

TEST_F(WebAbuse, BodiesAreNotWaitedFor) {
  for (const char* header : {"Content-Length: 1099511627776\r\n", "Transfer-Encoding: chunked\r\n",
                             "Content-Length: 9223372036854775807\r\n"}) {
    HttpClient client(port());
    const auto begin = steady_clock::now();
    client.send("POST /metrics HTTP/1.1\r\nHost: localhost\r\n" + std::string(header) + "\r\n");
    EXPECT_EQ(client.receive().status, 405) << header;
    EXPECT_TRUE(client.closed_by_server()) << header;
    EXPECT_LT(steady_clock::now() - begin, milliseconds(1000)) << header;
  }
  open(100, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\nless than that");
  expect_scrapes_in_time();
}

TEST_F(WebAbuse, ThoseWhoNeverReadDoNotBlindIt) {
  std::string many;
  for (int i = 0; i < 150; ++i) many += "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (int i = 0; i < 60; ++i) {
    clients_.emplace_back(port());
    clients_.back().send(many);
  }
  const auto begin = steady_clock::now();
  EXPECT_EQ(test::http(port(), "GET", "/metrics").status, 200);
  EXPECT_LT(steady_clock::now() - begin, kInTime + ConnectionTable::kStuck);
}

TEST_F(WebAbuse, WhoIsAnsweredIsYoungerThanThoseWhoIdle) {
  HttpClient scraper(port());
  for (int round = 0; round < 30; ++round) {
    open(10, "");
    ASSERT_EQ(test::http(port(), "GET", "/-/healthy").status, 200);  // they have all been taken
    ASSERT_TRUE(scraper.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    ASSERT_EQ(scraper.receive().status, 200) << round;
  }
  EXPECT_GT(server_->evicted_connections(), 200U);
}

TEST_F(WebAbuse, StopsAtOnceWithOpenConnections) {
  open(100, "");
  open(100, "GET / HT");
  HttpClient kept(port());
  kept.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(kept.receive().status, 200);
  const auto begin = steady_clock::now();
  server_->stop();
  EXPECT_LT(steady_clock::now() - begin, milliseconds(1000));
  server_->stop();
}

TEST_F(WebAbuse, MemoryStaysSmall) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "SKIPPED: a sanitizer's own memory would be counted";
#endif
  const auto anonymous_kib = [] {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("RssAnon:")) return std::stol(line.substr(8));
    }
    return 0L;
  };
  expect_scrapes_in_time();
  const long before = anonymous_kib();
  for (int round = 0; round < 10; ++round) {
    clients_.clear();
    open(300, "GET /metrics HTTP/1.1\r\nX: " + std::string(8000, 'a'));
    expect_scrapes_in_time();
  }
  EXPECT_LT(anonymous_kib() - before, 2 * 1024);
}

}  // namespace
}  // namespace clawvigil::web
