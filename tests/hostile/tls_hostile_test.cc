// Servers that want a visitor to wait, to swallow, or to fall over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <functional>
#include <thread>

#include "exporter/host/tls_probe.h"
#include "tests/support/child_process.h"
#include "tests/support/daemon_process.h"
#include "tests/support/loopback_listener.h"
#include "tests/support/tls_lab.h"

namespace clawvigil::test {
namespace {

using host::TlsProbeReport;

// False when the visitor has left.
bool send_tls(SSL* session, std::string_view text) {
  return ::SSL_write(session, text.data(), static_cast<int>(text.size())) > 0;
}
void sleep_for_a_moment() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

// Accepts connections one after the other until the end. A process of its own: a visit forks, and
// at that moment no other thread may hold a lock of OpenSSL or of a sanitizer.
class RawServer {
 public:
  using Behaviour = std::function<void(int client)>;
  explicit RawServer(const Behaviour& behaviour)
      : listener_(8), process_([&] { return serve(behaviour); }) {}

  [[nodiscard]] std::uint16_t port() const { return listener_.port; }
  [[nodiscard]] int connections() const { return *connections_; }

 private:
  int serve(const Behaviour& behaviour) {
    while (true) {
      const Fd client(::accept(listener_.socket.get(), nullptr, nullptr));
      if (!client) return 1;
      ++*connections_;
      behaviour(client.get());
    }
  }

  std::atomic<int>* connections_ = make_shared_value<std::atomic<int>>();
  LoopbackListener listener_;
  ChildProcess process_;
};

void wait_for_end(int client) {
  char byte = 0;
  while (::recv(client, &byte, 1, 0) > 0) {
  }
}

class TlsHostile : public TlsLabTest {
 protected:
  using Session = std::function<void(SSL* session)>;

  static void SetUpTestSuite() {
    (void)std::signal(SIGPIPE, SIG_IGN);  // as the daemon does
    TlsLabTest::SetUpTestSuite();
  }
  void SetUp() override {
    TlsLabTest::SetUp();
    if (IsSkipped()) return;
    trusted_ = read_all(lab->path("root"));
  }

  // A server that behaves until the handshake is done and the request was read.
  static RawServer::Behaviour over_tls(const Session& then, const std::string& kind = "valid") {
    return [=](int client) {
      const std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context(
          ::SSL_CTX_new(::TLS_server_method()), ::SSL_CTX_free);
      ::SSL_CTX_use_certificate_chain_file(context.get(), lab->path(kind).c_str());
      ::SSL_CTX_use_PrivateKey_file(context.get(), lab->path("key").c_str(), SSL_FILETYPE_PEM);
      const std::unique_ptr<SSL, decltype(&::SSL_free)> session(::SSL_new(context.get()),
                                                                ::SSL_free);
      ::SSL_set_fd(session.get(), client);
      if (::SSL_accept(session.get()) != 1) return;
      std::array<char, 4096> request{};
      ::SSL_read(session.get(), request.data(), request.size());
      then(session.get());
    };
  }
  static RawServer::Behaviour answer(const std::string& text, const std::string& kind = "valid") {
    return over_tls(
        [text](SSL* session) {
          if (!text.empty()) send_tls(session, text);
          ::SSL_shutdown(session);
        },
        kind);
  }
  static RawServer::Behaviour endless(const std::string& start, const std::string& more) {
    return over_tls([=](SSL* session) {
      if (!start.empty()) send_tls(session, start);
      while (send_tls(session, more)) {
      }
    });
  }
  [[nodiscard]] Result<TlsProbeReport> visit(std::uint16_t port,
                                             const std::string& protected_path = "",
                                             const std::stop_token& stop = {}) const {
    host::TlsProbeRequest request;
    request.host = "claw.test";
    request.connect_host = "127.0.0.1";
    request.connect_port = port;
    request.protected_path = protected_path;
    request.trusted_pem = trusted_;
    return host::probe_tls(request, stop);
  }
  // "answer timeout", or "" for a complete visit.
  static std::string failure_of(const Result<TlsProbeReport>& report) {
    if (!report) return "error: " + report.error().message;
    if (!report->failure) return "";
    constexpr std::array kStages{"resolve ", "connect ", "handshake ", "answer "};
    return kStages.at(static_cast<std::size_t>(report->failure->stage)) +
           std::string(to_string(report->failure->error.code));
  }
  [[nodiscard]] std::string failure(const RawServer::Behaviour& behaviour) const {
    const RawServer server(behaviour);
    return failure_of(visit(server.port()));
  }

  std::string trusted_;
};

TEST_F(TlsHostile, EndsWhereTheServerDoes) {
  EXPECT_EQ(failure([](int) {}), "handshake io");
  EXPECT_EQ(failure([](int client) { ::send(client, "SSH-2.0-x\r\n", 11, 0); }), "handshake io");
  EXPECT_EQ(failure([](int client) {
              char byte = 0;
              ::recv(client, &byte, 1, 0);
              const linger reset{1, 0};
              ::setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            }),
            "handshake io");
  EXPECT_EQ(failure(over_tls([](SSL*) {})), "answer io");
  EXPECT_EQ(failure(answer("")), "answer io");
  EXPECT_EQ(failure(answer("HTTP/1.1 200 OK\r\nServer: x\r\n")), "answer io");
  EXPECT_EQ(failure(answer("HTTP/1.1 200 OK\r\n\r\n")), "");
}

TEST_F(TlsHostile, IsNotFilled) {
  const std::string status = "HTTP/1.1 200 OK\r\n";
  const std::string hint = "HTTP/1.1 103 Early Hints\r\n\r\n";
  EXPECT_EQ(failure(endless(status, "X-Header: value\r\n")), "answer too_large");
  EXPECT_EQ(failure(endless(status, std::string(100'000, 'a'))), "answer too_large");
  EXPECT_EQ(failure(endless("", hint)), "answer too_large");
  EXPECT_EQ(failure(endless(hint + hint + status + "\r\n", "body")), "");
  EXPECT_EQ(failure(answer("HTTP/1.1 200 OK\r\n\r\n", "huge")), "handshake io");
}

TEST_F(TlsHostile, KeepsOfABodyWhatItNeeds) {
  const std::string head = "HTTP/1.1 400 Bad Request\r\n\r\n";
  const RawServer server(endless(head, std::string(10'000, 'b')));
  const auto report = visit(server.port(), "/tools/invoke");
  ASSERT_EQ(failure_of(report), "");
  ASSERT_TRUE(report->protected_route && *report->protected_route);
  EXPECT_EQ(**report->protected_route, head + std::string(host::kMaxAnswerBody, 'b'));
  EXPECT_EQ(**report->page, head);
}

TEST_F(TlsHostile, TrustsNobodyUnlessTold) {
  const RawServer server(answer("HTTP/1.1 200 OK\r\n\r\n"));
  for (const std::string authorities : {"", "no certificate"}) {
    trusted_ = authorities;
    const auto report = visit(server.port());
    ASSERT_TRUE(report && report->handshake);
    EXPECT_EQ(host::chain_problem(report->handshake->verify_result), "issuer_unknown");
  }
}

TEST_F(TlsHostile, FollowsNoRedirect) {
  const RawServer server(answer("HTTP/1.1 302 Found\r\nLocation: https://claw.test/\r\n\r\n"));
  EXPECT_EQ(failure_of(visit(server.port())), "");
  EXPECT_EQ(server.connections(), 1);
}

// All at once, so that the test takes as long as the slowest of them.
TEST_F(TlsHostile, WaitsForNobodyLongerThanItSays) {
  struct Slow {
    std::string expected;
    RawServer::Behaviour behaviour;
  };
  // The header of a handshake record of 16 KiB, and then what it holds, byte by byte.
  const auto drip = [](int client) {
    constexpr std::array<char, 9> kRecord{0x16, 3, 3, 0x40, 0, 2, 0, 0x3f, 0x7c};
    for (std::size_t i = 0; ::send(client, &kRecord.at(i % kRecord.size()), 1, MSG_NOSIGNAL) > 0;
         ++i) {
      sleep_for_a_moment();
    }
  };
  const std::vector<Slow> cases{
      {"handshake timeout", wait_for_end},
      {"handshake timeout", drip},
      {"answer timeout", over_tls([](SSL* session) { wait_for_end(::SSL_get_fd(session)); })},
      {"answer timeout", over_tls([](SSL* session) {
         send_tls(session, "HTTP/1.1 200 OK\r\nX: ");
         while (send_tls(session, "a")) sleep_for_a_moment();
       })},
  };
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<RawServer>> servers;
  std::vector<std::unique_ptr<ChildProcess>> visitors;
  for (const Slow& slow : cases) {
    servers.push_back(std::make_unique<RawServer>(slow.behaviour));
    visitors.push_back(std::make_unique<ChildProcess>([&, port = servers.back()->port()] {
      const std::string found = failure_of(visit(port));
      if (found != slow.expected) std::fprintf(stderr, "%s\n", found.c_str());
      return found == slow.expected ? 0 : 1;
    }));
  }
  for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(visitors[i]->wait(), 0) << i;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST_F(TlsHostile, StopsWhenTheProgramDoes) {
  const RawServer server(wait_for_end);
  std::stop_source stop;
  std::atomic<bool> started = false;
  const std::jthread stopper([&] {
    started = true;
    static_cast<void>(eventually([&] { return server.connections() > 0; }));
    stop.request_stop();
  });
  while (!started) std::this_thread::yield();  // what starting takes of a sanitizer's locks is free
  const auto start = std::chrono::steady_clock::now();
  const auto result = visit(server.port(), "", stop.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::timeout) << result.error().message;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
}

}  // namespace
}  // namespace clawvigil::test
