// Servers that want a visitor to wait, to swallow, or to fall over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <future>
#include <thread>

#include "exporter/host/tls_probe.h"
#include "tests/support/loopback_listener.h"
#include "tests/support/tls_lab.h"

namespace clawvigil::test {
namespace {

using host::TlsProbeReport;
using host::TlsStage;
using testing::HasSubstr;

void write_all(SSL* session, std::string_view text) {
  ::SSL_write(session, text.data(), static_cast<int>(text.size()));
}

// Accepts connections one after the other until it ends.
class RawServer {
 public:
  using Behaviour = std::function<void(int client, const std::atomic<bool>& stop)>;
  explicit RawServer(Behaviour behaviour) : behaviour_(std::move(behaviour)), listener_(8) {
    thread_ = std::thread([this] { serve(); });
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer() {
    stop_ = true;
    ::shutdown(listener_.socket.get(), SHUT_RDWR);
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return listener_.port; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void serve() {
    while (!stop_) {
      const Fd client(::accept(listener_.socket.get(), nullptr, nullptr));
      if (!client) continue;
      ++connections_;
      behaviour_(client.get(), stop_);
    }
  }

  Behaviour behaviour_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> connections_ = 0;
  LoopbackListener listener_;
  std::thread thread_;
};

void sleep_for_a_moment() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

// Until the visitor leaves.
void wait_for_end(int client, const std::atomic<bool>& stop) {
  while (!stop) {
    pollfd wait{client, POLLIN, 0};
    char byte = 0;
    if (::poll(&wait, 1, 50) > 0 && ::recv(client, &byte, 1, 0) <= 0) return;
  }
}

class TlsHostile : public testing::Test {
 protected:
  using Session = std::function<void(SSL* session, const std::atomic<bool>& stop)>;

  static void SetUpTestSuite() {
    (void)std::signal(SIGPIPE, SIG_IGN);  // as the daemon does
    if (TlsLab::available()) lab_ = std::make_unique<TlsLab>();
  }
  static void TearDownTestSuite() { lab_.reset(); }
  void SetUp() override {
    if (!lab_) GTEST_SKIP() << "SKIPPED: openssl or nginx is not installed";
    trusted_ = read_all(lab_->path("root"));
  }

  // A server that behaves until the handshake is done and the request was read.
  static RawServer::Behaviour over_tls(const Session& then, const std::string& kind = "valid") {
    return [=](int client, const std::atomic<bool>& stop) {
      const std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context(
          ::SSL_CTX_new(::TLS_server_method()), ::SSL_CTX_free);
      ::SSL_CTX_use_certificate_chain_file(context.get(), lab_->path(kind).c_str());
      ::SSL_CTX_use_PrivateKey_file(context.get(), lab_->path("key").c_str(), SSL_FILETYPE_PEM);
      const std::unique_ptr<SSL, decltype(&::SSL_free)> session(::SSL_new(context.get()),
                                                                ::SSL_free);
      ::SSL_set_fd(session.get(), client);
      if (::SSL_accept(session.get()) != 1) return;
      std::array<char, 4096> request{};
      ::SSL_read(session.get(), request.data(), request.size());
      then(session.get(), stop);
    };
  }
  static Session answer(const std::string& text) {
    return [text](SSL* session, const std::atomic<bool>&) {
      write_all(session, text);
      ::SSL_shutdown(session);
    };
  }
  [[nodiscard]] Result<TlsProbeReport> visit(std::uint16_t port,
                                             const std::string& protected_path = "") const {
    host::TlsProbeRequest request;
    request.host = "claw.test";
    request.connect_host = "127.0.0.1";
    request.connect_port = port;
    request.protected_path = protected_path;
    request.trusted_pem = trusted_;
    return host::probe_tls(request, {});
  }
  // "answer timeout: …", or "" for a complete visit.
  static std::string failure_of(const Result<TlsProbeReport>& report) {
    if (!report) return "error: " + report.error().message;
    if (!report->failure) return "";
    const char* const stages[] = {"resolve", "connect", "handshake", "answer"};
    return std::string(stages[static_cast<int>(report->failure->stage)]) + " " +
           std::string(to_string(report->failure->error.code));
  }
  [[nodiscard]] std::string failure(const RawServer::Behaviour& behaviour) const {
    const RawServer server(behaviour);
    return failure_of(visit(server.port()));
  }

  static std::unique_ptr<TlsLab> lab_;
  std::string trusted_;
};
std::unique_ptr<TlsLab> TlsHostile::lab_;

TEST_F(TlsHostile, EndsWhereTheServerDoes) {
  EXPECT_EQ(failure([](int, const auto&) {}), "handshake io");
  EXPECT_EQ(failure([](int client, const auto&) { ::send(client, "SSH-2.0-x\r\n", 11, 0); }),
            "handshake io");
  EXPECT_EQ(failure([](int client, const auto&) {
              char byte = 0;
              ::recv(client, &byte, 1, 0);
              const linger reset{1, 0};
              ::setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            }),
            "handshake io");
  EXPECT_EQ(failure(over_tls([](SSL*, const auto&) {})), "answer io");
  EXPECT_EQ(failure(over_tls(answer(""))), "answer io");
  EXPECT_EQ(failure(over_tls(answer("HTTP/1.1 200 OK\r\nServer: x\r\n"))), "answer io");
  EXPECT_EQ(failure(over_tls(answer("HTTP/1.1 200 OK\r\n\r\n"))), "");
}

TEST_F(TlsHostile, IsNotFilled) {
  const auto endless = [](const std::string& text) {
    return over_tls([text](SSL* session, const std::atomic<bool>& stop) {
      write_all(session, "HTTP/1.1 200 OK\r\n");
      while (!stop && ::SSL_write(session, text.data(), static_cast<int>(text.size())) > 0) {
      }
    });
  };
  EXPECT_EQ(failure(endless("X-Header: value\r\n")), "answer too_large");
  EXPECT_EQ(failure(endless(std::string(100'000, 'a'))), "answer too_large");
  EXPECT_EQ(failure(endless("\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n")), "");
  EXPECT_EQ(
      failure(over_tls([](SSL* session, const std::atomic<bool>& stop) {
        const std::string_view hint = "HTTP/1.1 103 Early Hints\r\n\r\n";
        while (!stop && ::SSL_write(session, hint.data(), static_cast<int>(hint.size())) > 0) {
        }
      })),
      "answer too_large");
  EXPECT_EQ(failure(over_tls(answer("HTTP/1.1 200 OK\r\n\r\n"), "huge")), "handshake io");
}

TEST_F(TlsHostile, KeepsOfABodyWhatItNeeds) {
  const RawServer server(over_tls([](SSL* session, const std::atomic<bool>& stop) {
    write_all(session, "HTTP/1.1 400 Bad Request\r\n\r\n");
    const std::string body(10'000, 'b');
    while (!stop && ::SSL_write(session, body.data(), static_cast<int>(body.size())) > 0) {
    }
  }));
  const auto report = visit(server.port(), "/tools/invoke");
  ASSERT_TRUE(report && report->protected_route && *report->protected_route);
  EXPECT_EQ((*report->protected_route)->size(),
            std::string_view("HTTP/1.1 400 Bad Request\r\n\r\n").size() + host::kMaxAnswerBody);
  EXPECT_EQ(**report->page, "HTTP/1.1 400 Bad Request\r\n\r\n");
}

TEST_F(TlsHostile, TrustsNobodyUnlessTold) {
  const RawServer server(over_tls(answer("HTTP/1.1 200 OK\r\n\r\n")));
  for (const std::string authorities : {"", "no certificate"}) {
    trusted_ = authorities;
    const auto report = visit(server.port());
    ASSERT_TRUE(report && report->handshake);
    EXPECT_EQ(host::chain_problem(report->handshake->verify_result), "issuer_unknown");
  }
}

TEST_F(TlsHostile, FollowsNoRedirect) {
  const RawServer server(
      over_tls(answer("HTTP/1.1 302 Found\r\nLocation: https://claw.test/\r\n\r\n")));
  EXPECT_EQ(failure_of(visit(server.port())), "");
  EXPECT_EQ(server.connections(), 1);
}

// All at once, so that the test takes as long as the slowest of them.
TEST_F(TlsHostile, WaitsForNobodyLongerThanItSays) {
  struct Slow {
    std::string expected;
    RawServer::Behaviour behaviour;
  };
  const auto drip = [](std::string_view text) {
    return [text](int client, const std::atomic<bool>& stop) {
      for (std::size_t i = 0; !stop && ::send(client, &text[i % text.size()], 1, MSG_NOSIGNAL) > 0;
           ++i) {
        sleep_for_a_moment();
      }
    };
  };
  const std::vector<Slow> cases{
      {"handshake timeout", wait_for_end},
      // The header of a handshake record of 16 KiB, and then what it holds, byte by byte.
      {"handshake timeout", drip(std::string_view("\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", 9))},
      {"answer timeout", over_tls([](SSL* session, const std::atomic<bool>& stop) {
         wait_for_end(::SSL_get_fd(session), stop);
       })},
      {"answer timeout", over_tls([](SSL* session, const std::atomic<bool>& stop) {
         write_all(session, "HTTP/1.1 200 OK\r\nX: ");
         while (!stop && ::SSL_write(session, "a", 1) > 0) sleep_for_a_moment();
       })},
  };
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<RawServer>> servers;
  std::vector<std::future<std::string>> failures;
  for (const Slow& slow : cases) {
    servers.push_back(std::make_unique<RawServer>(slow.behaviour));
    failures.push_back(std::async(std::launch::async, [this, port = servers.back()->port()] {
      return failure_of(visit(port));
    }));
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(failures[i].get(), cases[i].expected) << i;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
}

TEST_F(TlsHostile, StopsWhenTheProgramDoes) {
  const RawServer server(wait_for_end);
  std::stop_source stop;
  auto report = std::async(std::launch::async, [&] {
    host::TlsProbeRequest request;
    request.host = "claw.test";
    request.connect_host = "127.0.0.1";
    request.connect_port = server.port();
    return host::probe_tls(request, stop.get_token());
  });
  while (server.connections() == 0) sleep_for_a_moment();
  const auto start = std::chrono::steady_clock::now();
  stop.request_stop();
  const auto result = report.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::timeout) << result.error().message;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

}  // namespace
}  // namespace clawvigil::test
