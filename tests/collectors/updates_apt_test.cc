// What is pending against the real `apt list --upgradable`, over generated archives: security,
// backports, experimental and third parties, pins of every kind, held packages, architectures,
// epochs, "~rc" and phased updates. CLAWVIGIL_APT_ROOTS=2000 in the environment tries more of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "collectors/updates/apt_settings.h"
#include "collectors/updates/pending.h"
#include "tests/support/apt_host.h"
#include "tests/support/collector_harness.h"
#include "tests/support/program.h"

namespace clawvigil {
namespace {

using Words = std::vector<std::string>;

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  void fill(test::AptHost& host) {
    foreign_ = one_in(3);
    if (foreign_) host.foreign_architecture("i386");
    host.status(status());
    for (const test::AptArchiveFiles& archive : archives()) host.archive(archive);
    if (one_in(2)) host.write("/etc/apt/preferences", preferences());
    if (one_in(4)) host.write("/etc/apt/preferences.d/50-more.pref", preferences());
    if (one_in(8)) host.write("/etc/apt/preferences.d/ignored.bak", preferences());
    if (one_in(4)) {
      host.write("/etc/apt/apt.conf.d/10release",
                 "APT::Default-Release \"" +
                     any({"stable", "bookworm", "stable-backports", "12*", "a=stable", "n=book*"}) +
                     "\";\n");
    }
  }

 private:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  bool one_in(unsigned count) { return below(count) == 0; }
  std::string any(const Words& words) { return words[below(static_cast<unsigned>(words.size()))]; }
  std::string name() {
    return any({"curl", "libssl3", "linux-image-amd64", "nginx", "bash", "x-y"});
  }
  std::string version() {
    return any({"1.0-1", "1.0-1+deb12u1", "1.0-1+deb12u2", "1.0~rc1-1", "1.0+dfsg-1", "1.1-1",
                "1.1-1~bpo12+1", "1:0.9-1", "2.0", "2.0-1ubuntu1.2", "1.10-1", "1.0-1+b1"});
  }
  // A version is the same thing wherever it is: of one architecture and one source.
  static std::size_t kind(const std::string& package, const std::string& version) {
    return std::hash<std::string>()(package + version) >> 8U;
  }

  std::string stanza(const std::string& package, const std::string& version,
                     const std::string& architecture, const std::string& more) {
    const std::size_t kind = Generator::kind(package, version);
    const bool all = kind % 5 == 0;
    std::string source;
    if (kind % 3 == 0) source = "Source: source-of-" + package + (one_in(2) ? " (9.9)" : "") + "\n";
    return "Package: " + package + "\n" + more + source +
           "Architecture: " + (all ? "all" : architecture) + "\nVersion: " + version +
           "\nMaintainer: A <a@example.org>\nDescription: text\n continued\n .\n Package: no\n\n";
  }

  std::string status() {
    std::string text;
    for (const char* package : {"curl", "libssl3", "linux-image-amd64", "nginx", "bash"}) {
      const std::string state =
          any({"install ok installed", "install ok installed", "install ok installed",
               "hold ok installed", "deinstall ok config-files", "install ok half-configured",
               "install ok unpacked"});
      const std::string installed = version();
      text += stanza(package, installed, "amd64", "Status: " + state + "\n");
      const bool all = kind(package, installed) % 5 == 0;
      if (foreign_ && !all && one_in(2)) {
        text += stanza(package, installed, "i386", "Status: " + state + "\nMulti-Arch: same\n");
      }
    }
    return text;
  }

  std::string packages(bool phased, const std::string& architecture = "amd64") {
    std::string text;
    std::set<std::string> seen;
    for (unsigned i = 2 + below(8); i > 0; --i) {
      const std::string package = name();
      const std::string offered = version();
      if (!seen.insert(package + offered).second) continue;
      std::string more = "Filename: pool/" + package + ".deb\nSize: 1\n";
      if (phased && one_in(3))
        more += "Phased-Update-Percentage: " + any({"0", "20", "100"}) + "\n";
      text += stanza(package, offered, architecture, more);
    }
    return text;
  }

  static std::string release(const std::string& origin, const std::string& label,
                             const std::string& suite, const std::string& codename,
                             const std::string& more = "") {
    return "Origin: " + origin + "\nLabel: " + label + "\nSuite: " + suite +
           "\nCodename: " + codename + "\n" + more +
           "Date: Sat, 21 Nov 2026 22:11:05 UTC\nArchitectures: all amd64 i386\n"
           "Components: main contrib\n";
  }

  std::vector<test::AptArchiveFiles> archives() {
    const std::string debian = "http://deb.debian.org/debian";
    std::vector<test::AptArchiveFiles> all = {
        {.uri = debian,
         .suite = "bookworm",
         .release = release("Debian", "Debian", "stable", "bookworm", "Version: 12.11\n"),
         .packages = packages(false)},
        {.uri = "http://security.debian.org/debian-security",
         .suite = "bookworm-security",
         .release = release("Debian", "Debian-Security", "stable-security", "bookworm-security"),
         .packages = packages(false)},
        {.uri = debian,
         .suite = "bookworm-backports",
         .release = release("Debian Backports", "Debian Backports", "stable-backports",
                            "bookworm-backports", "NotAutomatic: yes\nButAutomaticUpgrades: yes\n"),
         .packages = packages(false)},
        {.uri = debian,
         .suite = "experimental",
         .release = release("Debian", "Debian", "experimental", "rc-buggy", "NotAutomatic: yes\n"),
         .packages = packages(false)},
        {.uri = "http://archive.ubuntu.com/ubuntu",
         .suite = "jammy-updates",
         .release = release("Ubuntu", "Ubuntu", "jammy-updates", "jammy", "Version: 22.04\n"),
         .packages = packages(true),
         .component = "contrib"},
        {.uri = "http://pkgs.example.com:8080/apt",
         .suite = "nodistro",
         .release = release("Example", "Example's own", "nodistro", "nodistro"),
         .packages = packages(false)},
        {.uri = "copy:/srv/local",
         .suite = "here",
         .release = release("Local", "Local", "here", "here"),
         .packages = packages(false)}};
    std::vector<test::AptArchiveFiles> some;
    for (test::AptArchiveFiles& archive : all) {
      if (!one_in(3)) some.push_back(archive);
      if (foreign_ && one_in(3)) {
        archive.architecture = "i386";
        archive.packages = packages(false, "i386");
        some.push_back(archive);
      }
    }
    return some;
  }

  std::string preferences() {
    std::string text = one_in(3) ? "# what we want\n\n" : "";
    for (unsigned i = 1 + below(4); i > 0; --i) {
      if (one_in(4)) text += "Explanation: why\n";
      const std::string packages = pinned_packages();
      text += "Package: " + packages + "\n";
      text += "Pin: " + pin() + "\n";
      text += "Pin-Priority: " +
              any({"1001", "1000", "990", "501", "500", "499", "100", "99", "50", "1", "-1", "-10",
                   packages == "*" || one_in(9) ? "never" : "2", "999"}) +
              "\n";
      text += one_in(3) ? "\n# comment\n\n" : "\n";
    }
    return text;
  }
  std::string pinned_packages() {
    if (one_in(2)) return "*";
    return any({"curl", "curl nginx", "linux-*", "/^lib/", "src:source-of-curl", "bash:any",
                "nginx:i386", "*:any", "libssl?", "src:source-of-*", "[bc]*", "curl:amd64"});
  }
  std::string pin() {
    return any({"release a=stable",
                "release a=stable-security",
                "release n=bookworm*",
                "release o=Debian",
                "release o=Debian, l=Debian-Security",
                "release l=Debian*",
                "release a=stable-backports",
                "release bookworm-backports",
                "release 12.11",
                "release 12*",
                "release v=12*",
                "release c=contrib",
                "release c=main, o=Ubuntu",
                "release b=i386",
                "release *",
                "release a=now",
                "release a=/^stable/",
                "origin deb.debian.org",
                "origin \"deb.debian.org\"",
                "origin \"\"",
                "origin *.example.com",
                "origin *",
                "version 1.0*",
                "version 1.0-1",
                "version 1:*",
                "version *deb12u?",
                "version *",
                "release o=Example,a=nodistro",

                "release a=stable,a=experimental"});
  }

  std::mt19937 random_;
  bool foreign_ = false;
};

std::optional<Words> ours(const test::AptHost& host) {
  test::CollectorHarness harness;
  harness.use_root(host.host().real("/"));
  std::optional<Words> found;
  harness.with_context([&](const Context& context) {
    const auto config = updates::read_apt_config(context.root);
    const auto preferences = updates::read_apt_preferences(context.root);
    ASSERT_TRUE(config && preferences);
    const auto pending =
        updates::read_pending(context, *preferences, config->value("APT::Default-Release"));
    if (!pending) return;
    found.emplace();
    for (const updates::PendingUpdate& update : pending->updates) {
      found->push_back(update.name + " " + update.version);
    }
  });
  if (found) std::ranges::sort(*found);
  return found;
}

unsigned wanted_roots() {
  constexpr unsigned kQuick = 120;
  const char* const more = std::getenv("CLAWVIGIL_APT_ROOTS");
  return more == nullptr ? kQuick : static_cast<unsigned>(std::atoi(more));
}

TEST(UpdatesApt, AgreeWithAptListUpgradable) {
  if (!test::has_program("apt"))
    GTEST_SKIP() << "SKIPPED: apt is not installed: nothing to compare with";
  std::size_t upgradable = 0;
  for (unsigned seed = 0; seed < wanted_roots(); ++seed) {
    test::AptHost host;
    Generator(seed).fill(host);
    if (!std::filesystem::exists(host.host().real("/etc/apt/sources.list"))) continue;
    const auto theirs = host.upgradable();
    EXPECT_EQ(ours(host), theirs) << "seed " << seed;
    upgradable += theirs ? theirs->size() : 0;
    if (HasFailure()) break;
  }
  EXPECT_GT(upgradable, wanted_roots());
}

// apt keeps the index of differences beside the lists of an archive that offers them.
TEST(UpdatesApt, AnIndexOfDifferencesIsNoList) {
  if (!test::has_program("apt")) GTEST_SKIP() << "apt is not installed: nothing to compare with";
  const auto stanza = [](const std::string& state, const std::string& version) {
    return "Package: curl\n" + state + "Architecture: amd64\nVersion: " + version +
           "\nMaintainer: A <a@example.org>\nDescription: text\n\n";
  };
  test::AptHost host;
  host.status(stanza("Status: install ok installed\n", "1.0-1"));
  host.archive({.uri = "http://deb.debian.org/debian",
                .suite = "sid",
                .release = "Origin: Debian\nLabel: Debian\nSuite: unstable\nCodename: sid\n"
                           "Date: Sat, 21 Nov 2026 22:11:05 UTC\nArchitectures: all amd64\n"
                           "Components: main\n",
                .packages = stanza("Filename: pool/curl.deb\nSize: 1\n", "1.1-1")});
  host.write(
      "/var/lib/apt/lists/deb.debian.org_debian_dists_sid_main_binary-amd64_Packages"
      ".diff_Index",
      "SHA256-Current: 0 0\nSHA256-History:\n 0 0 2026-11-21-2011.41\n");
  EXPECT_EQ(host.upgradable(), Words{"curl 1.1-1"});
  EXPECT_EQ(ours(host), Words{"curl 1.1-1"});
}

}  // namespace
}  // namespace clawvigil
