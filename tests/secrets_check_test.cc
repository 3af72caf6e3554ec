// The owner is shown where a secret is, by the daemon and without it; HTTP shows how many.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/daemon_process.h"
#include "tests/support/http_client.h"
#include "tests/support/secret_samples.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

using nlohmann::json;

class SecretsCheck : public ::testing::Test {
 protected:
  SecretsCheck() {
    directory_.write("home/openclaw.json", "{}");
    directory_.write("home/workspace/memory/2026-11-22.md", "# Today\n\nkey: " + secret_ + "\n");
  }

  // What `clawvigil check` prints, and that it says something is broken.
  std::string check(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"check", "--area=secrets", home_, storage_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    test::DaemonProcess process(arguments);
    EXPECT_EQ(process.wait(std::chrono::seconds(60)), 1) << process.output();
    return process.output();
  }

  void expect_shown(const std::string& text) {
    EXPECT_NE(text.find("SecretInWorkspace"), std::string::npos) << text;
    EXPECT_NE(text.find("/home/workspace/memory/2026-11-22.md:3 anthropic"), std::string::npos)
        << text;
    EXPECT_EQ(text.find(secret_.substr(20, 16)), std::string::npos);
  }

  void expect_listed(const std::string& text) {
    const json document = json::parse(text.substr(text.find('{')), nullptr, false);
    ASSERT_TRUE(document.is_object()) << text;
    ASSERT_EQ(document["findings"].size(), 1U) << text;
    const json& finding = document["findings"][0];
    EXPECT_EQ(finding["location"], "memory");
    EXPECT_EQ(finding["rule"], "anthropic");
    EXPECT_EQ(finding["line"], 3);
    EXPECT_TRUE(finding["file"].get<std::string>().ends_with("memory/2026-11-22.md"));
    EXPECT_EQ(text.find(secret_.substr(20, 16)), std::string::npos);
  }

  test::SampleRandom random_{7};
  std::string secret_ = test::make_secret(SecretRule::anthropic, random_);
  test::TempDir directory_;
  std::string home_ = "--openclaw.home=" + (directory_ / "home");
  std::string storage_ = "--storage.path=" + (directory_ / "state");
};

TEST_F(SecretsCheck, WithoutADaemonOneLookShowsFileAndLine) {
  expect_shown(check({}));
  expect_listed(check({"--json"}));
}

TEST_F(SecretsCheck, TheDaemonShowsFileAndLineToItsOwnerAndNotOverHttp) {
  test::DaemonProcess daemon(
      {home_, storage_, "--web.listen-address=127.0.0.1:0", "--web.allow-gateway-user"});
  const std::uint16_t port = daemon.port();
  ASSERT_NE(port, 0) << daemon.output();
  const auto page = [&](const char* path) { return test::http(port, "GET", path).body; };
  ASSERT_TRUE(test::eventually([&] {
    return page("/metrics").find(R"(location="memory",rule="anthropic"} 1)") != std::string::npos;
  })) << daemon.output();
  ASSERT_TRUE(test::eventually(
      [&] { return page("/api/v1/rules").find("SecretInWorkspace") != std::string::npos; }));
  for (const char* path : {"/", "/metrics", "/api/v1/rules", "/api/v1/alerts"}) {
    EXPECT_EQ(page(path).find("2026-11-22.md"), std::string::npos) << path;
    EXPECT_EQ(page(path).find(secret_.substr(20, 16)), std::string::npos) << path;
  }
  test::DaemonProcess process({"check", "--json", "--area=secrets", home_, storage_});
  static_cast<void>(process.wait(std::chrono::seconds(60)));
  expect_listed(process.output());
  EXPECT_EQ(daemon.output().find(secret_.substr(20, 16)), std::string::npos);
}

}  // namespace
}  // namespace clawvigil
