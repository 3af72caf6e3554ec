#include "exporter/web/http.h"

#include <gtest/gtest.h>

#include "exporter/web/address.h"

namespace clawvigil::web {
namespace {

TEST(AcceptsGzip, FollowsTheRfc) {
  for (const char* yes :
       {"gzip", "gzip, deflate, br", "deflate, GZIP", "*", "x-gzip", "gzip;q=0.5",
        "br;q=1.0, gzip;q=0.001", "identity, *;q=0.1", "gzip ; q=1", "*;q=0, gzip"}) {
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  }
  for (const char* no :
       {"", "identity", "gzip;q=0", "gzip;q=0.000", "*;q=0", "deflate, br", "gzip;q=0, *",
        "gzip;q=x", "gzip;q=2", "gzipped", "gzip;q=", "gzip;q=1.5", "gzip;q=-1"}) {
    EXPECT_FALSE(accepts_gzip(no)) << no;
  }
}

TEST(Host, OnlyOurNames) {
  const std::vector<std::string> allowed{"Vigil.example.ts.net"};
  for (const char* yes :
       {"127.0.0.1", "127.0.0.1:9842", "localhost", "LOCALHOST:80", "[::1]", "[::1]:9842",
        "127.0.0.5:1", "vigil.example.ts.net", "vigil.example.ts.net:443"}) {
    EXPECT_TRUE(is_our_host(yes, "127.0.0.5", allowed)) << yes;
  }
  for (const char* no : {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
                         "127.0.0.2", "evil.example:9842", "localhost:80@evil.example", "[::2]",
                         "localhost:http", "example.ts.net", "::1"}) {
    EXPECT_FALSE(is_our_host(no, "127.0.0.5", allowed)) << no;
  }
}

TEST(Reply, HasALengthAndTheSecurityHeaders) {
  const Reply reply(200, kPlainText, "four", "X-More: 1\r\n");
  EXPECT_EQ(reply.body(), "four");
  EXPECT_TRUE(reply.head().starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(reply.head().ends_with("X-More: 1\r\n\r\n"));
  EXPECT_NE(reply.head().find("\r\nContent-Length: 4\r\n"), std::string_view::npos);
  EXPECT_NE(reply.head().find(security_headers()), std::string_view::npos);
  EXPECT_TRUE(reply.closing(false).ends_with("Connection: close\r\n\r\nfour"));
  EXPECT_TRUE(reply.closing(true).ends_with("Connection: close\r\n\r\n"));
}

TEST(ListenAddress, LoopbackOnly) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:9842")->text(), "127.0.0.1:9842");
  EXPECT_EQ(parse_listen_address("localhost:0")->text(), "127.0.0.1:0");
  EXPECT_EQ(parse_listen_address(":9842")->text(), "127.0.0.1:9842");
  EXPECT_EQ(parse_listen_address("127.9.8.7:65535")->text(), "127.9.8.7:65535");
}

TEST(ListenAddress, SaysWhatToDoInstead) {
  for (const char* beyond : {"0.0.0.0:9842", "192.168.1.5:9842", "[::]:9842", "example.org:9842",
                             "128.0.0.1:9842", "127.0.0.1.example:9842", "127.1:80"}) {
    const auto result = parse_listen_address(beyond);
    ASSERT_FALSE(result) << beyond;
    EXPECT_EQ(result.error().code, Errc::unsupported);
    for (const char* way : {"SSH tunnel", "tailscale serve", "reverse proxy", "Prometheus agent"}) {
      EXPECT_NE(result.error().message.find(way), std::string::npos) << beyond;
    }
  }
  EXPECT_NE(parse_listen_address("[::1]:9842").error().message.find("127.0.0.1"),
            std::string::npos);
  for (const char* malformed : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x",
                                "127.0.0.1:-1", "localhost"}) {
    const auto result = parse_listen_address(malformed);
    ASSERT_FALSE(result) << malformed;
    EXPECT_EQ(result.error().code, Errc::parse) << malformed;
  }
}

}  // namespace
}  // namespace clawvigil::web
