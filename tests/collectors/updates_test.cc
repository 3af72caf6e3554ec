// Over a tree with files of a real Debian 12.
#include "collectors/updates.h"

#include <gtest/gtest.h>
#include <lz4frame.h>
#include <lzma.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "collectors/updates_families.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"

namespace clawvigil {
namespace {

using namespace updates_families;
using test::has;
using test::value;

constexpr std::string_view kListDirectory = "/var/lib/apt/lists";
const std::string kSecurityPrefix =
    "/var/lib/apt/lists/deb.debian.org_debian-security_dists_bookworm-security_";
const std::string kMainPrefix = "/var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_";
const std::string kRelease = "Origin: Debian\nLabel: Debian\nSuite: stable\nCodename: bookworm\n";
const std::string kFixed = "Package: curl\nArchitecture: amd64\nVersion: 7.88.1-10+deb12u14\n\n";

std::string captured(const std::string& name) {
  return test::read_all(test::fixture("collectors/updates/" + name));
}

std::string installed(const std::string& name, const std::string& version,
                      const std::string& want = "install") {
  return "Package: " + name + "\nStatus: " + want +
         " ok installed\nArchitecture: amd64\nVersion: " + version + "\n\n";
}

class UpdatesTest : public ::testing::Test {
 protected:
  UpdatesTest() {
    host_.write("/var/lib/dpkg/status",
                installed("dpkg", "1.21") + installed("curl", "7.88.1-10+deb12u12") +
                    installed("bash", "5.2", "hold") + installed("unattended-upgrades", "2.9.1"));
    host_.write(kSecurityPrefix + "InRelease", captured("security-InRelease"));
    host_.write(kSecurityPrefix + "main_binary-amd64_Packages", kFixed);
    host_.write(kMainPrefix + "InRelease", kRelease);
    host_.write(kMainPrefix + "main_binary-amd64_Packages",
                "Package: bash\nArchitecture: amd64\nVersion: 5.3\n\n");
    host_.write("/etc/apt/apt.conf.d/20auto-upgrades", captured("20auto-upgrades"));
    host_.mkdir("/usr/lib/systemd/system");
    host_.write("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
    host_.mkdir("/run");
    for (const char* timer : {"apt-daily.timer", "apt-daily-upgrade.timer"}) enable(timer);
    harness_.use_root(host_.real("/"));
  }

  void enable(const std::string& timer) const {
    const std::string wants = "/etc/systemd/system/timers.target.wants";
    host_.mkdir(wants);
    std::filesystem::create_symlink("/lib/systemd/system/" + timer,
                                    host_.real(wants + "/" + timer));
  }
  Batch run() { return harness_.run(*collector_); }
  static double one(const Batch& batch, const Metric<0>& metric) {
    return value(batch, metric.name());
  }
  static bool is_unknown(const Batch& batch, std::string_view family, Errc reason) {
    return std::ranges::any_of(batch.unknowns(), [&](const Unknown& unknown) {
      return unknown.reason == reason &&
             std::ranges::find(unknown.families, family) != unknown.families.end();
    });
  }
  static double part(const Batch& batch, const std::string& name) {
    return value(batch, kAutomaticPart.name(), {name});
  }

  test::HostFixture host_;
  test::CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_updates_collector();
};

TEST_F(UpdatesTest, CountsWhatWaits) {
  const Batch batch = run();
  EXPECT_EQ(one(batch, kPending), 2);
  EXPECT_EQ(one(batch, kSecurity), 1);
  EXPECT_EQ(one(batch, kSecurityArchives), 1);
  EXPECT_EQ(one(batch, kPhased), 0);
  EXPECT_EQ(value(batch, kHeld.name(), {"other"}), 1);
  EXPECT_EQ(value(batch, kHeld.name(), {"security"}), 0);
  EXPECT_TRUE(batch.unknowns().empty()) << batch.unknowns().front().detail;
}

TEST_F(UpdatesTest, RemembersSinceWhenOverRestarts) {
  const double since = one(run(), kSecuritySince);
  harness_.clock.advance(std::chrono::hours(50));
  harness_.restart_store();
  collector_ = make_updates_collector();
  EXPECT_EQ(one(run(), kSecuritySince), since);
  // A second one does not make the first younger; installing the first leaves the second.
  host_.write(kSecurityPrefix + "main_binary-amd64_Packages",
              kFixed + "Package: bash\nArchitecture: amd64\nVersion: 5.4\n\n");
  host_.write("/var/lib/dpkg/status", installed("dpkg", "1.21") +
                                          installed("curl", "7.88.1-10+deb12u12") +
                                          installed("bash", "5.2"));
  EXPECT_EQ(one(run(), kSecuritySince), since);
  host_.write("/var/lib/dpkg/status", installed("dpkg", "1.21") +
                                          installed("curl", "7.88.1-10+deb12u14") +
                                          installed("bash", "5.2"));
  EXPECT_EQ(one(run(), kSecuritySince), since + 50 * 3600);
  host_.write("/var/lib/dpkg/status",
              installed("dpkg", "1.21") + installed("curl", "8.0") + installed("bash", "6"));
  const Batch nothing = run();
  EXPECT_FALSE(has(nothing, kSecuritySince.name()));
  EXPECT_EQ(one(nothing, kSecurity), 0);
}

TEST_F(UpdatesTest, HeldSecurityUpdatesAreCountedApart) {
  host_.write("/var/lib/dpkg/status",
              installed("dpkg", "1.21") + installed("curl", "7.88.1-10+deb12u12", "hold"));
  const Batch batch = run();
  EXPECT_EQ(value(batch, kHeld.name(), {"security"}), 1);
  EXPECT_EQ(one(batch, kSecurity), 1);
  EXPECT_FALSE(has(batch, kSecuritySince.name()));
}

TEST_F(UpdatesTest, WithoutASecurityArchiveSecurityIsUnknown) {
  std::filesystem::remove(host_.real(kSecurityPrefix + "InRelease"));
  const Batch batch = run();
  EXPECT_EQ(one(batch, kSecurityArchives), 0);
  EXPECT_FALSE(has(batch, kSecurity.name()));
  EXPECT_TRUE(is_unknown(batch, kSecurity.name(), Errc::not_found));
}

TEST_F(UpdatesTest, PinsAndDefaultReleaseAreObeyed) {
  host_.write("/etc/apt/preferences.d/curl", "Package: curl\nPin: release *\nPin-Priority: -1\n");
  EXPECT_EQ(one(run(), kPending), 1);
  host_.write("/etc/apt/apt.conf", "APT::Default-Release \"sid\";\n");
  EXPECT_TRUE(is_unknown(run(), kPending.name(), Errc::unsupported));
}

TEST_F(UpdatesTest, AnotherPackageManagerIsUnsupportedNotZero) {
  std::filesystem::remove(host_.real("/var/lib/dpkg/status"));
  const Batch batch = run();
  for (const MetricInfo& family : kOfPackages) {
    EXPECT_TRUE(is_unknown(batch, family.name, Errc::unsupported)) << family.name;
    EXPECT_EQ(batch.find(family.name), nullptr) << family.name;
  }
}

TEST_F(UpdatesTest, KnowsThePartsOfUnattendedUpgrades) {
  EXPECT_EQ(one(run(), kAutomatic), 1);
  host_.write("/etc/apt/apt.conf.d/99off", "APT { Periodic { Enable \"0\"; }; };\n");
  Batch batch = run();
  EXPECT_EQ(one(batch, kAutomatic), 0);
  EXPECT_EQ(part(batch, "package"), 1);
  EXPECT_EQ(part(batch, "package_lists"), 0);
  EXPECT_EQ(part(batch, "upgrade"), 0);
  host_.write("/etc/apt/apt.conf.d/99off", "APT::Periodic::Unattended-Upgrade \"0\";\n");
  batch = run();
  EXPECT_EQ(part(batch, "package_lists"), 1);
  EXPECT_EQ(part(batch, "upgrade"), 0);
  EXPECT_EQ(part(batch, "timer"), 1);
  host_.write("/etc/apt/apt.conf.d/99off", "");
  std::filesystem::create_symlink("/dev/null",
                                  host_.real("/etc/systemd/system/apt-daily-upgrade.service"));
  batch = run();
  EXPECT_EQ(part(batch, "timer"), 0);
  EXPECT_EQ(one(batch, kAutomatic), 0);
  host_.write("/etc/apt/apt.conf.d/99off", "APT { broken");
  EXPECT_TRUE(is_unknown(run(), kAutomatic.name(), Errc::parse));
}

TEST_F(UpdatesTest, TakesTheStampsOfRuns) {
  EXPECT_FALSE(has(run(), kAutomaticRun.name())) << "nothing says it was ever set up";
  host_.write("/var/lib/dpkg/info/unattended-upgrades.list", "");
  EXPECT_TRUE(has(run(), kAutomaticRun.name()));
  host_.write("/var/lib/apt/periodic/upgrade-stamp", "");
  std::filesystem::last_write_time(
      host_.real("/var/lib/apt/periodic/upgrade-stamp"),
      std::filesystem::file_time_type(std::filesystem::file_time_type::clock::from_sys(
          std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000)))));
  EXPECT_EQ(one(run(), kAutomaticRun), 1'700'000'000);
}

TEST_F(UpdatesTest, SeesTheFlagOfAReboot) {
  EXPECT_EQ(one(run(), kReboot), 0);
  EXPECT_FALSE(has(run(), kRebootSince.name()));
  host_.write("/run/reboot-required", "*** System restart required ***\n");
  const Batch batch = run();
  EXPECT_EQ(one(batch, kReboot), 1);
  EXPECT_TRUE(has(batch, kRebootSince.name()));
}

std::string lz4(const std::string& text) {
  std::string out(LZ4F_compressFrameBound(text.size(), nullptr), '\0');
  out.resize(LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), nullptr));
  return out;
}
std::string zst(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}
std::string xz(const std::string& text) {
  std::string out(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  (void)lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr,
                                reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size());
  out.resize(size);
  return out;
}
std::string gz(const std::string& text) {
  z_stream stream{};
  (void)deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string in = text;
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  (void)deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(UpdatesTest, ReadsWhatAptKeepsCompressedAndRefusesWhatIsDamaged) {
  std::string index;  // beyond one piece of any unpacker
  for (int i = 0; i < 20'000; ++i) {
    index += "Package: other" + std::to_string(i) + "\nVersion: " + std::to_string(i * 7919) +
             "\nArchitecture: amd64\n\n";
  }
  index += kFixed;
  const std::string plain = kSecurityPrefix + "main_binary-amd64_Packages";
  std::filesystem::remove(host_.real(plain));
  for (const auto& [extension, packed] : std::vector<std::pair<std::string, std::string>>{
           {".lz4", lz4(index)}, {".zst", zst(index)}, {".xz", xz(index)}, {".gz", gz(index)}}) {
    host_.write(plain + extension, packed);
    EXPECT_EQ(one(run(), kSecurity), 1) << extension;
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{3}, packed.size() / 2, packed.size() - 1}) {
      host_.write(plain + extension, packed.substr(0, size));
      const Batch batch = run();
      EXPECT_TRUE(is_unknown(batch, kSecurity.name(), Errc::parse)) << extension << " " << size;
      EXPECT_FALSE(has(batch, kPending.name())) << extension << " " << size;
    }
    std::filesystem::remove(host_.real(plain + extension));
  }
  host_.write(plain + ".bz2", "BZh9");
  EXPECT_TRUE(is_unknown(run(), kPending.name(), Errc::unsupported));
}

TEST_F(UpdatesTest, RefusesHostileFiles) {
  const std::string list = kSecurityPrefix + "main_binary-amd64_Packages";
  std::filesystem::remove(host_.real(list));
  ASSERT_EQ(::mkfifo(host_.real(list).c_str(), 0644), 0);
  EXPECT_FALSE(has(run(), kPending.name()));
  std::filesystem::remove(host_.real(list));
  host_.write(list, "Package: " + std::string(2'000'000, 'x'));
  EXPECT_TRUE(is_unknown(run(), kPending.name(), Errc::too_large));
  host_.write(list, std::string("\0\xff\xfe", 3));
  EXPECT_TRUE(is_unknown(run(), kPending.name(), Errc::parse));
  host_.write(list, "");
  EXPECT_EQ(one(run(), kSecurity), 0);
  host_.write("/etc/apt/preferences", "Pin: release *\n");
  EXPECT_TRUE(is_unknown(run(), kPending.name(), Errc::parse));
  std::filesystem::remove(host_.real("/etc/apt/preferences"));
  host_.write("/var/lib/dpkg/status", "\n\n\n");
  EXPECT_TRUE(is_unknown(run(), kPending.name(), Errc::parse));
  std::filesystem::remove(host_.real("/var/lib/dpkg/status"));
  host_.mkdir("/var/lib/dpkg/status");
  EXPECT_FALSE(has(run(), kPending.name()));
  EXPECT_FALSE(has(run(), kReboot.name()));
}

TEST_F(UpdatesTest, NoListsYetIsUnknown) {
  for (const auto& entry : std::filesystem::directory_iterator(host_.real(kListDirectory))) {
    std::filesystem::remove(entry);
  }
  EXPECT_TRUE(is_unknown(run(), kPending.name(), Errc::not_found));
  EXPECT_TRUE(has(run(), kLists.name()));
  std::filesystem::remove_all(host_.real("/var/lib/apt"));
  const Batch batch = run();
  EXPECT_FALSE(has(batch, kLists.name()));
  EXPECT_TRUE(is_unknown(batch, kLists.name(), Errc::not_found));
}

}  // namespace
}  // namespace clawvigil
