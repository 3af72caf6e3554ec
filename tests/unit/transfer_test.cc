#include "exporter/host/transfer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/http_server.h"

namespace clawvigil {
namespace {

using namespace std::chrono_literals;
using host::HttpRequest;
using host::TransferReply;
using host::Transfers;
using test::http_answer;
using test::HttpAnswer;
using test::HttpExchange;
using test::HttpServer;
using testing::HasSubstr;
using testing::Not;

constexpr host::TransferLimits kShort{.connect = 500ms, .total = 700ms};
constexpr const char* kMarker = "marker-secret";

HttpRequest post(const std::string& url) {
  HttpRequest request;
  request.url = url;
  request.body = "{}";
  return request;
}

TransferReply exchange(HttpRequest request, host::TransferLimits limits = kShort) {
  auto transfers = Transfers::create("clawvigil/test", limits);
  EXPECT_TRUE(transfers);
  EXPECT_TRUE((*transfers)->start(1, std::move(request)));
  while ((*transfers)->running() > 0) {
    for (auto& [id, reply] : (*transfers)->wait(100ms)) {
      EXPECT_EQ(id, 1U);
      return std::move(reply);
    }
  }
  return {};
}

TransferReply exchange(const HttpServer& server) {
  return exchange(post(server.url() + "/" + kMarker + "?token=" + kMarker));
}

TEST(Transfer, SendsWhatItIsGivenAndReadsTheAnswer) {
  const HttpServer server(
      [](const HttpExchange&) { return http_answer(200, "hello", "Retry-After: 17\r\n"); });
  HttpRequest request = post(server.url() + "/path?query=1");
  request.headers = {"Content-Type: application/json"};
  request.bearer = Secret("token");
  const TransferReply reply = exchange(std::move(request));
  EXPECT_FALSE(reply.error);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "hello");
  EXPECT_EQ(reply.retry_after, "17");
  EXPECT_EQ(reply.origin, server.url());
  const HttpExchange seen = server.exchanges().at(0);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/path?query=1");
  EXPECT_EQ(seen.body, "{}");
  EXPECT_EQ(seen.headers.at("authorization"), "Bearer token");
  EXPECT_EQ(seen.headers.at("user-agent"), "clawvigil/test");
  EXPECT_FALSE(seen.headers.contains("expect"));
  EXPECT_FALSE(seen.headers.contains("cookie"));
}

TEST(Transfer, GetsWithBasicAuthentication) {
  const HttpServer server([](const HttpExchange&) { return http_answer(204); });
  HttpRequest request = post(server.url());
  request.method = HttpRequest::Method::get;
  request.username = "user";
  request.password = Secret("pass");
  EXPECT_EQ(exchange(std::move(request)).status, 204);
  EXPECT_EQ(server.exchanges().at(0).method, "GET");
  EXPECT_EQ(server.exchanges().at(0).headers.at("authorization"), "Basic dXNlcjpwYXNz");
}

TEST(Transfer, FollowsNoRedirectAndSaysWhereItPointed) {
  const HttpServer server([](const HttpExchange&) {
    return http_answer(
        302, "",
        std::string("Location: https://elsewhere.example/") + kMarker + "?q=" + kMarker + "\r\n");
  });
  const TransferReply reply = exchange(server);
  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(reply.redirect, "https://elsewhere.example");
  EXPECT_EQ(server.exchanges().size(), 1U);
}

TEST(Transfer, GivesUpOnAServerThatHangs) {
  const HttpServer server([](const HttpExchange&) { return HttpAnswer{"", true}; });
  const TransferReply reply = exchange(server);
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, Errc::timeout);
  EXPECT_THAT(reply.error->message, HasSubstr(server.url()));
  EXPECT_THAT(reply.error->message, Not(HasSubstr(kMarker)));
}

TEST(Transfer, TellsAllFailuresWithoutTheSecretInTheUrl) {
  for (const std::string& bytes :
       {std::string(), std::string("garbage\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        std::string("HTTP/9.9 abc\r\n\r\n"), std::string(70'000, 'x')}) {
    const HttpServer server([&](const HttpExchange&) { return HttpAnswer{bytes}; });
    const TransferReply reply = exchange(server);
    ASSERT_TRUE(reply.error) << bytes.substr(0, 50);
    EXPECT_THAT(reply.error->message, Not(HasSubstr(kMarker))) << bytes.substr(0, 50);
    EXPECT_LE(reply.body.size(), host::kMaxTransferReply);
  }
}

TEST(Transfer, BoundsTheAnswerAndKeepsItsStatus) {
  const HttpServer server(
      [](const HttpExchange&) { return http_answer(200, std::string(1'000'000, 'x')); });
  const TransferReply reply = exchange(server);
  EXPECT_FALSE(reply.error);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body.size(), host::kMaxTransferReply);
}

TEST(Transfer, RefusesOtherProtocols) {
  for (const char* url :
       {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "nonsense"}) {
    const TransferReply reply = exchange(post(url));
    ASSERT_TRUE(reply.error) << url;
    EXPECT_TRUE(reply.body.empty());
  }
}

TEST(Transfer, OneThatHangsKeepsNoOtherWaiting) {
  const HttpServer slow([](const HttpExchange&) { return HttpAnswer{"", true}; });
  const HttpServer fast([](const HttpExchange&) { return http_answer(200); });
  auto transfers = Transfers::create("test", {.connect = 10s, .total = 60s});
  ASSERT_TRUE(transfers);
  ASSERT_TRUE((*transfers)->start(1, post(slow.url())));
  ASSERT_TRUE(slow.wait_for(0));
  ASSERT_TRUE((*transfers)->start(2, post(fast.url())));
  std::uint64_t finished = 0;
  EXPECT_TRUE(test::eventually([&] {
    for (const auto& [id, reply] : (*transfers)->wait(100ms)) finished = id;
    return finished != 0;
  }));
  EXPECT_EQ(finished, 2U);
  (*transfers)->cancel(1);
  EXPECT_EQ((*transfers)->running(), 0U);
}

TEST(Transfer, AnotherThreadWakesTheWait) {
  const HttpServer slow([](const HttpExchange&) { return HttpAnswer{"", true}; });
  auto transfers = Transfers::create("test", {.connect = 10s, .total = 60s});
  ASSERT_TRUE(transfers);
  ASSERT_TRUE((*transfers)->start(1, post(slow.url())));
  const auto start = std::chrono::steady_clock::now();
  std::thread waker([&] {
    EXPECT_TRUE(slow.wait_for(1));
    (*transfers)->wake();
  });
  while (slow.exchanges().empty()) static_cast<void>((*transfers)->wait(30s));
  waker.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST(Transfer, AnOriginHasNoPathQueryOrPassword) {
  EXPECT_EQ(host::origin_of("https://api.telegram.org/bot1:x/send"), "https://api.telegram.org");
  EXPECT_EQ(host::origin_of("https://user:pass@host:8443?x=y"), "https://host:8443");
  EXPECT_EQ(host::origin_of("https://host#frag"), "https://host");
  EXPECT_EQ(host::origin_of("nonsense"), "");
  EXPECT_EQ(host::origin_of("https:///path"), "");
}

}  // namespace
}  // namespace clawvigil
