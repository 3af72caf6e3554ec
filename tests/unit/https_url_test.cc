#include "exporter/base/https_url.h"

#include <gtest/gtest.h>

namespace clawvigil::test {
namespace {

TEST(HttpsUrl, IsTakenApart) {
  const auto is = [](std::string_view text, const HttpsUrl& url) {
    const auto parsed = parse_https_url(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->server.host, url.server.host) << text;
    EXPECT_EQ(parsed->server.port, url.server.port) << text;
    EXPECT_EQ(parsed->path, url.path) << text;
  };
  is("https://claw.example.org", {{"claw.example.org", 443}, "/"});
  is("HTTPS://Claw.Example.org/Chat/?a=B", {{"claw.example.org", 443}, "/Chat/?a=B"});
  is("https://claw.example.org:8443?x", {{"claw.example.org", 8443}, "/?x"});
  is("https://127.0.0.1/", {{"127.0.0.1", 443}, "/"});
  is("https://[2001:DB8::1]:8443/a", {{"2001:db8::1", 8443}, "/a"});
}

TEST(HttpsUrl, OfAnotherFormIsRefused) {
  for (const std::string_view text : {"",
                                      "https://",
                                      "https:///a",
                                      "http://claw.test/",
                                      "claw.test",
                                      "https://a b/",
                                      "https://user@claw.test/",
                                      "https://claw.test/#top",
                                      "https://claw.test:0/",
                                      "https://claw.test:65536/",
                                      "https://claw.test:/",
                                      "https://claw.test:+1/",
                                      "https://claw.test:0443/",
                                      "https://[::1/",
                                      "https://[::1]x/",
                                      "https://[claw.test]/",
                                      "https://-x.test/",
                                      "https://.x/",
                                      "https://claw.test\r\n/",
                                      "https://cl\xc3\xa4w.test/",
                                      "https://a\\b/",
                                      "https://claw.test/\x7f"}) {
    EXPECT_FALSE(parse_https_url(text)) << text;
  }
  EXPECT_FALSE(parse_https_url("https://claw.test/" + std::string(2'000, 'a')));
  EXPECT_FALSE(parse_https_url("https://" + std::string(254, 'a') + "/"));
}

TEST(HostPort, IsTakenApart) {
  EXPECT_EQ(parse_host_port("127.0.0.1:443"), (HostPort{"127.0.0.1", 443}));
  EXPECT_EQ(parse_host_port("[::1]:443"), (HostPort{"::1", 443}));
  EXPECT_EQ(parse_host_port("claw.test", 80), (HostPort{"claw.test", 80}));
  EXPECT_EQ(parse_host_port("claw.test"), std::nullopt);
  EXPECT_EQ(parse_host_port("::1:443"), std::nullopt);
  EXPECT_EQ(parse_host_port("127.0.0.1:"), std::nullopt);
}

}  // namespace
}  // namespace clawvigil::test
