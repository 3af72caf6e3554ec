#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/config/loader.h"

namespace clawvigil::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Config loaded(std::string_view text) {
  const auto config = load(text, {});
  EXPECT_TRUE(config) << text;
  return config.value_or(Config{});
}

std::vector<std::string> problems(std::string_view text) {
  const auto config = load(text, {});
  if (config) return {};
  std::vector<std::string> lines;
  for (const auto& problem : config.error()) lines.push_back(to_string("f", problem));
  return lines;
}

TEST(ConfigTls, IsRead) {
  const Config config = loaded(R"(
tls:
  endpoints:
    - url: https://Claw.example.org/chat/
    - {url: "https://claw.example.org:8443", address: "[::1]:443", authentication: false}
    - {url: "https://files.example.org/", name: Files & more, ca-file: /etc/ssl/own.pem}
  files: [/etc/ssl/a.pem, /etc/ssl/b.pem]
)");
  ASSERT_EQ(config.tls.endpoints.size(), 3U);
  const TlsEndpoint& first = config.tls.endpoints[0];
  EXPECT_EQ(first.name, "claw.example.org");
  EXPECT_EQ(first.url, "https://Claw.example.org/chat/");
  EXPECT_EQ(first.address, "");
  EXPECT_EQ(first.ca_file, "");
  EXPECT_TRUE(first.expect_authentication);
  EXPECT_EQ(config.tls.endpoints[1].name, "claw.example.org:8443");
  EXPECT_EQ(config.tls.endpoints[1].address, "[::1]:443");
  EXPECT_FALSE(config.tls.endpoints[1].expect_authentication);
  EXPECT_EQ(config.tls.endpoints[2].name, "Files & more");
  EXPECT_EQ(config.tls.endpoints[2].ca_file, "/etc/ssl/own.pem");
  EXPECT_THAT(config.tls.files, ElementsAre("/etc/ssl/a.pem", "/etc/ssl/b.pem"));
}

TEST(ConfigTls, NothingIsVisitedUnlessNamed) {
  for (const std::string_view text : {"", "tls: {endpoints: }", "tls: {endpoints: []}"}) {
    EXPECT_THAT(loaded(text).tls.endpoints, IsEmpty());
    EXPECT_THAT(loaded(text).tls.files, IsEmpty());
  }
}

TEST(ConfigTls, ProblemsNamePlaceAndFinding) {
  EXPECT_THAT(problems("tls: {endpoints: [https://claw.example.org/]}"),
              ElementsAre("f:1:19: tls.endpoints: found \"https://claw.example.org/\", expected "
                          "{url: \"https://claw.example.org/\"}"));
  EXPECT_THAT(problems("tls: {endpoints: [{name: x}]}"),
              ElementsAre("f:1:19: tls.endpoints: key \"url\" is missing, expected a URL that "
                          "begins with https://"));
  EXPECT_THAT(problems("tls: {endpoints: [{url: 'http://claw.example.org/'}]}"),
              ElementsAre("f:1:25: tls.endpoints.url: found \"http://claw.example.org/\", "
                          "expected a URL that begins with https://"));
  EXPECT_THAT(
      problems("tls: {endpoints: [{url: 'https://a/', address: localhost, ca-file: x, "
               "authentication: yes}]}"),
      ElementsAre("f:1:48: tls.endpoints.address: found \"localhost\", expected an address and a "
                  "port such as 127.0.0.1:443",
                  "f:1:68: tls.endpoints.ca-file: found \"x\", expected an absolute path",
                  "f:1:87: tls.endpoints.authentication: found \"yes\", expected true or false"));
  EXPECT_THAT(problems("tls: {endpoints: [{url: 'https://a/'}, {url: 'https://A/b'}]}"),
              ElementsAre("f:1:40: tls.endpoints: the name \"a\" is given twice"));
  EXPECT_THAT(problems("tls: {files: [a.pem]}"),
              ElementsAre("f:1:15: tls.files: found \"a.pem\", expected an absolute path"));
  std::string many;
  for (int i = 0; i < 9; ++i) many += "{url: 'https://a" + std::to_string(i) + "/'}, ";
  EXPECT_EQ(problems("tls: {endpoints: [" + many + "]}").size(), 1U);
}

}  // namespace
}  // namespace clawvigil::config
