#include "collectors/gateway.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "collectors/openclaw_settings.h"
#include "tests/support/collector_case.h"

namespace clawvigil {
namespace {

using test::check_all_cases;
using test::render_case;
using test::run_case;

// Counts its calls and answers as told.
struct FakeGateway {
  Result<GatewayHealth> health = GatewayHealth{true, true, std::chrono::milliseconds(2)};
  Result<bool> served = false;
  int access_probes = 0;

  GatewayProber prober() {
    return {[this](const GatewaySettings&) { return health; },
            [this](const GatewaySettings&) {
              ++access_probes;
              return served;
            }};
  }
};

TEST(Gateway, Cases) {
  FakeGateway gateway;
  check_all_cases("gateway", [&] { return make_gateway_collector(gateway.prober()); });
}

double value_of(const Batch& batch, std::string_view family) {
  const Family* found = batch.find(family);
  return found == nullptr || found->samples.empty() ? -1 : found->samples.begin()->second;
}

class GatewayRuns : public testing::Test {
 protected:
  std::shared_ptr<const Batch> run(std::chrono::seconds at = {}) {
    return run_case(*collector_, {home_.home(*root_)}, SteadyTime{} + at);
  }
  void write(const std::string& text) { std::ofstream(home_.path() / "openclaw.json") << text; }

  Result<host::Root> root_ = host::Root::open("/");
  test::CaseHome home_{"gateway/onboard-2026.9.6"};
  FakeGateway gateway_;
  std::unique_ptr<Collector> collector_ = make_gateway_collector(gateway_.prober());
};

TEST_F(GatewayRuns, UnauthenticatedAccessIsAskedEveryFiveMinutesAndKeptBetween) {
  gateway_.served = true;
  for (const int second : {0, 5, 299, 300, 305}) {
    EXPECT_EQ(
        value_of(*run(std::chrono::seconds(second)), "clawvigil_gateway_unauthenticated_access"),
        1);
  }
  EXPECT_EQ(gateway_.access_probes, 2);
  gateway_.health = GatewayHealth{};
  EXPECT_EQ(run(std::chrono::seconds(310))->find("clawvigil_gateway_unauthenticated_access"),
            nullptr);
  gateway_.health = GatewayHealth{true, {}, {}};
  run(std::chrono::seconds(315));
  EXPECT_EQ(gateway_.access_probes, 3);
}

TEST_F(GatewayRuns, AGatewayThatIsDownIsZeroNotAbsent) {
  gateway_.health = GatewayHealth{};
  const auto batch = run();
  EXPECT_EQ(value_of(*batch, "clawvigil_gateway_up"), 0);
  EXPECT_EQ(batch->find("clawvigil_gateway_ready"), nullptr);
  EXPECT_EQ(batch->find("clawvigil_gateway_probe_duration_seconds"), nullptr);
}

TEST_F(GatewayRuns, AnUnreachableBindIsUnknown) {
  gateway_.health = fail(Errc::unsupported, "elsewhere");
  const auto batch = run();
  EXPECT_EQ(batch->find("clawvigil_gateway_up"), nullptr);
  EXPECT_EQ(batch->unknowns().at(0).reason, Errc::unsupported);
}

TEST_F(GatewayRuns, AChangedFileIsReadAgain) {
  EXPECT_EQ(value_of(*run(), "clawvigil_config_parse_ok"), 1);
  write("{ gateway: { }");
  const auto broken = run();
  EXPECT_EQ(value_of(*broken, "clawvigil_config_parse_ok"), 0);
  EXPECT_EQ(broken->unknowns().at(0).reason, Errc::parse);
  write("{}");
  EXPECT_EQ(value_of(*run(), "clawvigil_config_parse_ok"), 1);
}

TEST_F(GatewayRuns, AnIncludeThatAppearsIsNoticed) {
  write("{ $include: './more.json5' }");
  EXPECT_EQ(value_of(*run(), "clawvigil_config_parse_ok"), 0);
  std::ofstream(home_.path() / "more.json5") << "{gateway: {trustedProxies: ['10.0.0.1']}}";
  EXPECT_EQ(value_of(*run(), "clawvigil_gateway_trusted_proxies"), 1);
}

TEST_F(GatewayRuns, ASymlinkIsRefusedAndSaysNothingAboutTheConfiguration) {
  std::filesystem::rename(home_.path() / "openclaw.json", home_.path() / "real.json");
  std::filesystem::create_symlink("real.json", home_.path() / "openclaw.json");
  const auto batch = run();
  EXPECT_EQ(batch->find("clawvigil_config_parse_ok"), nullptr);
  EXPECT_EQ(batch->unknowns().at(0).reason, Errc::unsafe);
}

TEST_F(GatewayRuns, HostileFilesAreRefusedWithAReason) {
  const auto path = home_.path() / "openclaw.json";
  std::filesystem::resize_file(path, SettingsLoader::kMaxConfigBytes + 1);
  EXPECT_EQ(run()->unknowns().at(0).reason, Errc::too_large);
  std::filesystem::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(run()->unknowns().at(0).reason, Errc::unsafe);
  std::filesystem::remove(path);
  EXPECT_EQ(run()->unknowns().at(0).reason, Errc::not_found);
  write("{ $include: './link.json5' }");
  std::filesystem::create_symlink("/etc/passwd", home_.path() / "link.json5");
  const auto linked = run();
  EXPECT_EQ(linked->unknowns().at(0).reason, Errc::unsafe);
  EXPECT_EQ(linked->find("clawvigil_config_parse_ok"), nullptr);
}

TEST_F(GatewayRuns, AnUnreadableDotenvLeavesItsVariablesUnknown) {
  write("{ gateway: { bind: '${BIND}', auth: { mode: 'none' } } }");
  std::filesystem::create_symlink("/etc/passwd", home_.path() / ".env");
  const auto batch = run();
  EXPECT_EQ(value_of(*batch, "clawvigil_config_parse_ok"), 1);
  EXPECT_EQ(batch->find("clawvigil_gateway_bind_info"), nullptr);
  EXPECT_EQ(batch->unknowns().at(0).reason, Errc::unsafe);
}

TEST_F(GatewayRuns, NoSecretIsExported) {
  write(
      "{gateway: {auth: {token: 'SENTINEL-TOKEN', password: '${SENTINEL_PW}'}}, hooks: {token: "
      "['SENTINEL']}}");
  std::ofstream(home_.path() / ".env") << "SENTINEL_PW=SENTINEL-VALUE\n";
  const std::string text = render_case(run());
  EXPECT_EQ(text.find("SENTINEL"), std::string::npos) << text;
}

}  // namespace
}  // namespace clawvigil
