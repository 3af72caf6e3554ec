#include "collectors/parse/http_security.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clawvigil::test {
namespace {

HttpHead head_of(const std::string& status, const std::string& headers = {},
                 const std::string& body = {}) {
  static std::vector<std::string> texts;  // heads point into them
  texts.reserve(1000);
  texts.push_back("HTTP/1.1 " + status + " Text\r\n" + headers + "\r\n" + body);
  const auto head = parse_http_head(texts.back());
  EXPECT_TRUE(head.has_value()) << texts.back();
  return head.value_or(HttpHead{});
}

// "frame sniff transport policy", what is present of it
std::string present(const std::string& headers) {
  const char* const words[] = {"frame ", "sniff ", "transport ", "policy "};
  std::string text;
  const auto found = security_headers(head_of("200", headers));
  for (std::size_t i = 0; i < found.size(); ++i) text += found[i].present ? words[i] : "";
  return text;
}

TEST(HttpHead, IsReadOrRefused) {
  const auto head = parse_http_head("HTTP/1.0 404 \r\nA: b \r\nc:d\r\n\r\nbody\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 404);
  ASSERT_EQ(head->headers.size(), 2U);
  EXPECT_EQ(head->headers[0].name, "a");
  EXPECT_EQ(head->headers[0].value, "b");
  EXPECT_EQ(head->find("c")->value, "d");
  EXPECT_EQ(head->find("x"), nullptr);
  EXPECT_EQ(head->body, "body\r\n\r\n");
  for (const std::string text :
       {"", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/2 200\r\n\r\n", "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 020\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: empty\r\n\r\n", "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"}) {
    EXPECT_FALSE(parse_http_head(text)) << text;
  }
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 1000; ++i) many += "a: b\r\n";
  EXPECT_EQ(parse_http_head(many + "\r\n").error().code, Errc::too_large);
}

TEST(SecurityHeaders, CountOnlyWithAnEffect) {
  EXPECT_EQ(present(""), "");
  EXPECT_EQ(present("X-Frame-Options: DENY\r\n"), "frame ");
  EXPECT_EQ(present("x-frame-options: SameOrigin\r\n"), "frame ");
  EXPECT_EQ(present("X-Frame-Options: ALLOW-FROM https://a.test\r\n"), "");
  EXPECT_EQ(present("X-Frame-Options:\r\n"), "");
  EXPECT_EQ(present("X-Content-Type-Options: nosniff\r\n"), "sniff ");
  EXPECT_EQ(present("X-Content-Type-Options: NoSniff, nosniff\r\n"), "sniff ");
  EXPECT_EQ(present("X-Content-Type-Options: yes\r\n"), "");
  EXPECT_EQ(present("Strict-Transport-Security: max-age=300\r\n"), "transport ");
  EXPECT_EQ(present("Strict-Transport-Security: includeSubDomains; Max-Age=\"1\"; x\r\n"),
            "transport ");
  for (const std::string wrong : {"max-age=0", "max-age=\"0\"", "includeSubDomains", "max-age",
                                  "max-age=", "max-age=-1", "max-age=x", "max-age=\"", ""}) {
    EXPECT_EQ(present("Strict-Transport-Security: " + wrong + "\r\n"), "") << wrong;
  }
  // The first counts (RFC 6797, 8.1).
  EXPECT_EQ(present("Strict-Transport-Security: max-age=0\r\n"
                    "Strict-Transport-Security: max-age=9\r\n"),
            "");
  EXPECT_EQ(present("Content-Security-Policy: default-src 'self'\r\n"), "policy ");
  EXPECT_EQ(present("Content-Security-Policy: upgrade-insecure-requests; report-uri /x\r\n"), "");
  EXPECT_EQ(present("Content-Security-Policy: ;;\r\n"), "");
  EXPECT_EQ(present("Content-Security-Policy-Report-Only: default-src 'self'\r\n"), "");
  EXPECT_EQ(present("Content-Security-Policy: frame-ancestors 'none'\r\n"), "frame policy ");
  EXPECT_EQ(present("Content-Security-Policy: Frame-Ancestors https://a.test *\r\n"), "policy ");
  // As OpenClaw 2026.9.6 serves its page.
  EXPECT_EQ(present("X-Frame-Options: DENY\r\nContent-Security-Policy: default-src 'self'; "
                    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'\r\n"
                    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"),
            "frame sniff policy ");
}

TEST(PlainHttp, IsServedOrNot) {
  const auto to = [](const std::string& location) { return "Location: " + location + "\r\n"; };
  EXPECT_EQ(redirects_to_https(head_of("301", to("https://claw.test/"))), true);
  EXPECT_EQ(redirects_to_https(head_of("308", to("HTTPS://claw.test"))), true);
  EXPECT_EQ(redirects_to_https(head_of("302", to("/login"))), false);
  EXPECT_EQ(redirects_to_https(head_of("302", to("http://claw.test/"))), false);
  EXPECT_EQ(redirects_to_https(head_of("302")), false);
  EXPECT_EQ(redirects_to_https(head_of("200")), false);
  EXPECT_EQ(redirects_to_https(head_of("304")), false);
  EXPECT_EQ(redirects_to_https(head_of("401")), false);
  for (const std::string status : {"400", "403", "404", "410", "421", "426", "500", "502", "503"}) {
    EXPECT_EQ(redirects_to_https(head_of(status)), std::nullopt) << status;
  }
}

TEST(Refusal, IsToldByTheGateway) {
  const std::string path = "/tools/invoke";
  const auto refused = [&](const std::string& status, const std::string& headers = {},
                           const std::string& body = {}) -> std::string {
    const auto verdict = refuses_strangers(head_of(status, headers, body), path);
    return verdict ? *verdict ? "refused" : "served" : verdict.error().message;
  };
  EXPECT_EQ(refused("401"), "refused");
  EXPECT_EQ(refused("403"), "refused");
  EXPECT_EQ(refused("407"), "refused");
  EXPECT_EQ(refused("302", "Location: https://auth.test/?rd=https://claw.test/tools/invoke\r\n"),
            "refused");
  EXPECT_EQ(refused("303", "Location: /login\r\n"), "refused");
  const std::string elsewhere = "the endpoint redirects to another host; name that one";
  EXPECT_EQ(refused("301", "Location: https://www.claw.test/tools/invoke\r\n"), elsewhere);
  EXPECT_EQ(refused("308", "Location: https://www.claw.test/tools/invoke?x#y\r\n"), elsewhere);
  EXPECT_EQ(refused("301"), "POST /tools/invoke answered with status 301");
  EXPECT_EQ(refused("400", "", R"({"error":{"type":"invalid_request_error"}})"), "served");
  EXPECT_EQ(refused("400", "Transfer-Encoding: chunked\r\n",
                    "2d\r\n{\"error\":{\"type\":\"invalid_request\"}}\r\n0\r\n\r\n"),
            "served");
  for (const std::string status : {"200", "400", "404", "405", "429", "500", "502"}) {
    EXPECT_EQ(refused(status, "", "hello"), "POST /tools/invoke answered with status " + status);
  }
}

}  // namespace
}  // namespace clawvigil::test
