// The pure readers behind the collector `updates`; what apt, dpkg and npm say of the same is in
// updates_apt_test.cc, updates_apt_config_test.cc and the table below.
#include <gtest/gtest.h>

#include "collectors/parse/apt_preferences.h"
#include "collectors/parse/apt_release.h"
#include "collectors/parse/control_file.h"
#include "collectors/parse/debian_version.h"
#include "collectors/parse/node_range.h"
#include "collectors/parse/openclaw_release.h"
#include "collectors/parse/package_index.h"
#include "collectors/updates/reboot.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

std::string captured(const std::string& name) {
  return test::read_all(test::fixture("collectors/updates/" + name));
}

TEST(UpdatesParsers, ReadSignedRelease) {
  const auto release = parse::parse_apt_release(captured("security-InRelease"));
  EXPECT_EQ(release.origin, "Debian");
  EXPECT_EQ(release.label, "Debian-Security");
  EXPECT_EQ(release.suite, "oldstable-security");
  EXPECT_EQ(release.codename, "bookworm-security");
  EXPECT_TRUE(release.is_security());
  ASSERT_TRUE(release.date);
  EXPECT_FALSE(
      parse::parse_apt_release("Origin: Debian\nLabel: Debian\nSuite: stable\n").is_security());
  EXPECT_TRUE(
      parse::parse_apt_release("Origin: UbuntuESM\nSuite: jammy-infra-security\n").is_security());
  EXPECT_TRUE(parse::parse_apt_release("NotAutomatic: yes\nButAutomaticUpgrades: yes\n")
                  .but_automatic_upgrades);
}

TEST(UpdatesParsers, ReadAnIndexInPiecesOfAnySize) {
  const std::string index =
      "Package: a\nVersion: 1\nArchitecture: amd64\n\n\nPackage: skipped\nVersion: 9\n\n"
      "Package: b\nArchitecture: all\nSource: src-b (2)\nVersion: 1:2~rc1\n"
      "Phased-Update-Percentage: 20\nDescription: x\n Package: no\n";
  for (std::size_t piece = 1; piece <= index.size(); ++piece) {
    std::vector<std::string> found;
    parse::PackageIndexScanner scanner(
        [](std::string_view name) { return name != "skipped"; },
        [&](const parse::IndexedPackage& package) {
          found.push_back(std::string(package.name) + " " + std::string(package.version) + " " +
                          std::string(package.architecture) + " " + std::string(package.source) +
                          " " + std::to_string(package.phased_percent.value_or(100)));
        });
    for (std::size_t at = 0; at < index.size(); at += piece) {
      ASSERT_TRUE(scanner.feed(std::string_view(index).substr(at, piece)));
    }
    ASSERT_TRUE(scanner.finish());
    EXPECT_EQ(found, (std::vector<std::string>{"a 1 amd64 a 100", "b 1:2~rc1 all src-b 20"}))
        << "in pieces of " << piece;
  }
}

TEST(UpdatesParsers, RefuseWhatIsNoIndex) {
  const auto any = [](std::string_view) { return true; };
  const auto none = [](const parse::IndexedPackage&) {};
  parse::PackageIndexScanner endless(any, none);
  const std::string filler(parse::PackageIndexScanner::kMaxParagraph + 1, 'x');
  EXPECT_EQ(endless.feed("Package: " + filler).error().code, Errc::too_large);
  parse::PackageIndexScanner nameless(any, none);
  EXPECT_EQ(nameless.feed("Version: 1\n\n").error().code, Errc::parse);
  EXPECT_EQ(parse::parse_dpkg_status("").error().code, Errc::parse);
  EXPECT_EQ(parse::parse_dpkg_status("\0\0\0").error().code, Errc::parse);
}

// Asked of npm's semver 7: semver.satisfies(version, range).
TEST(UpdatesParsers, KnowNodeRangesAsNpmDoes) {
  struct Case {
    const char* version;
    const char* range;
    bool in;
  };
  for (const Case& c : std::vector<Case>{{"24.21.0", ">=24.16.0 <25 || >=26.1.0", true},
                                         {"22.23.3", ">=24.16.0 <25 || >=26.1.0", false},
                                         {"25.0.0", ">=24.16.0 <25 || >=26.1.0", false},
                                         {"26.1.0", ">=24.16.0 <25 || >=26.1.0", true},
                                         {"v22.16.0", ">=22.16.0", true},
                                         {"22.15.9", ">=22.16.0", false},
                                         {"22.15.9", ">= 22.x", true},
                                         {"20.1.0", "^20", true},
                                         {"21.0.0", "^20.3", false},
                                         {"0.2.9", "^0.2.3", true},
                                         {"0.3.0", "^0.2.3", false},
                                         {"18.4.9", "~18.4.1", true},
                                         {"18.5.0", "~18.4", false},
                                         {"18.5.0", ">18", false},
                                         {"19.0.0", ">18", true},
                                         {"18.5.0", "<=18", true},
                                         {"18.5.0", "*", true},
                                         {"18.5.0", "", true},
                                         {"18.5.0", "18.5", true},
                                         {"18.5.0", "=18.5.1", false}}) {
    EXPECT_EQ(parse::is_in_node_range(c.version, c.range), c.in) << c.version << " in " << c.range;
  }
  for (const char* range : {"latest", ">=x.y", "1.2 - 2.3", ">=24.16.0-beta", "1.2.3.4"}) {
    EXPECT_FALSE(parse::is_in_node_range("24.1.0", range)) << range;
  }
  EXPECT_FALSE(parse::is_in_node_range("24.1.0-nightly", "*"));
  EXPECT_FALSE(parse::is_in_node_range("", "*"));
}

TEST(UpdatesParsers, OrderOpenClawVersions) {
  const auto order = [](const char* a, const char* b) {
    return parse::compare_openclaw_versions(a, b).value_or(-99);
  };
  EXPECT_LT(order("2026.3.13", "2026.9.6"), 0);
  EXPECT_GT(order("2026.10.1", "2026.9.30"), 0);
  EXPECT_LT(order("2026.7.2-beta.1", "2026.7.2"), 0);
  EXPECT_GT(order("2026.3.13-1", "2026.3.13"), 0);
  EXPECT_EQ(order("2026.9.6", "2026.9.6"), 0);
  EXPECT_GT(order("2026.9.6-2147483647", "2026.9.6-beta.1"), 0);
  EXPECT_LT(order("2026.9.6-beta.1", "2026.9.6-2147483647"), 0);
  EXPECT_FALSE(parse::compare_openclaw_versions("", "2026.9.6"));
  EXPECT_EQ(to_unix_seconds(*parse::end_of_month("2026.9.6")), 1790812799);
  EXPECT_FALSE(parse::end_of_month("2026.13.1"));
}

TEST(UpdatesParsers, ReadOpenClawsTraces) {
  const auto newest = parse::last_log_origin("\n" + captured("log-line-2026.9.6"));
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->node_version, "24.21.0");
  EXPECT_TRUE(newest->package.ends_with("/node_modules/openclaw")) << newest->package;
  const auto older = parse::last_log_origin("\n" + captured("log-line-2026.3.13"));
  ASSERT_TRUE(older);
  EXPECT_EQ(older->node_version, "22.23.3");
  EXPECT_EQ(older->package, "/srv/oc/v-2026.3.13/node_modules/openclaw");
  // A message that quotes such a line is no such line.
  EXPECT_FALSE(parse::last_log_origin(
      "\n{\"0\":\"\\\"_meta\\\":{\\\"runtimeVersion\\\":\\\"1.2.3\\\"}\"}\n"));
  EXPECT_EQ(parse::last_log_origin(
                "\n{\"_meta\":{\"runtimeVersion\":\"1.2.3\",\"path\":{\"fullFilePath\":"
                "\"file:///a/../etc/openclaw/dist/x.js\"}}}\n")
                ->package,
            "");
  const auto check = parse::parse_update_check(
      R"({"lastCheckedAt":"2026-11-21T22:50:52.939Z","lastAvailableVersion":"2026.9.6"})");
  ASSERT_TRUE(check);
  EXPECT_EQ(check->available, "2026.9.6");
  EXPECT_TRUE(check->checked);
  EXPECT_TRUE(check->found);
  EXPECT_FALSE(parse::parse_update_check(R"({"lastAvailableVersion":null})")->found);
  EXPECT_EQ(parse::parse_update_check(R"({"lastAvailableVersion":"<script>"})")->available, "");
  EXPECT_TRUE(parse::parse_update_check(R"({"lastAvailableVersion":"<script>"})")->found);
  EXPECT_FALSE(parse::parse_update_check(R"({"lastAvailableVersion":20269})"));
  EXPECT_FALSE(parse::parse_update_check(R"({"lastCheckedAt":"yesterday"})"));
  EXPECT_FALSE(parse::parse_update_check("[]"));
  EXPECT_EQ(parse::parse_openclaw_package(R"({"name":"left-pad","version":"1.0.0"})").error().code,
            Errc::unsupported);
}

TEST(UpdatesParsers, KnowWhenANewerKernelWaits) {
  const auto kernels = [](std::vector<std::pair<const char*, const char*>> packages) {
    std::vector<parse::InstalledPackage> installed;
    for (const auto& [name, version] : packages) {
      installed.push_back(
          {.name = name, .architecture = "amd64", .version = version, .source = ""});
    }
    return installed;
  };
  const auto debian = kernels({{"linux-image-6.1.0-9-amd64", "6.1.27-1"},
                               {"linux-image-6.1.0-18-amd64", "6.1.76-1"},
                               {"linux-image-6.5.0-1-cloud-amd64", "6.5.3-1"},
                               {"linux-image-amd64", "6.1.76-1"}});
  const std::string old_build = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.27-1 (2023-05-08)";
  EXPECT_EQ(updates::newer_kernel("6.1.0-9-amd64", old_build, debian), "6.1.0-18-amd64");
  const std::string build = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)";
  EXPECT_EQ(updates::newer_kernel("6.1.0-18-amd64", build, debian), "");
  const std::string before = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.69-1 (2023-12-30)";
  EXPECT_EQ(updates::newer_kernel("6.1.0-18-amd64", before, debian), "6.1.0-18-amd64");
  // A kernel of the provider's, or of a container's host.
  EXPECT_EQ(updates::newer_kernel("6.18.44-fc-v769", "#1 SMP @0", debian), "");
  const auto trixie = kernels({{"linux-image-6.12.38+deb13-amd64", "6.12.38-1"},
                               {"linux-image-6.12.41+deb13-amd64", "6.12.41-1"}});
  EXPECT_EQ(updates::newer_kernel("6.12.38+deb13-amd64", "", trixie), "6.12.41+deb13-amd64");
  const auto ubuntu = kernels({{"linux-image-unsigned-5.15.0-91-generic", "5.15.0-91.101"},
                               {"linux-image-5.15.0-101-generic", "5.15.0-101.111"}});
  EXPECT_EQ(updates::newer_kernel("5.15.0-91-generic", "#101-Ubuntu SMP", ubuntu),
            "5.15.0-101-generic");
}

}  // namespace
}  // namespace clawvigil
