// Certificate files: no server, no network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "collectors/tls.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"
#include "tests/support/tls_lab.h"
#include "tests/support/unknown_text.h"

namespace clawvigil::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class TlsFiles : public TlsLabTest {
 protected:
  void SetUp() override {
    TlsLabTest::SetUp();
    if (IsSkipped()) return;
    host_.write("/etc/passwd", "claw:x:" + std::to_string(::getuid()) + ":1::/home/claw:/bin/sh\n");
    host_.mkdir("/home/claw/.openclaw");
    configure("{}");
    harness_.use_root(host_.real("/"));
  }
  void configure(const std::string& gateway) const {
    host_.write("/home/claw/.openclaw/openclaw.json", R"({"gateway":)" + gateway + "}", 0600);
  }
  void lineage(const std::string& name, const std::string& kind) const {
    const std::string archive = "/etc/letsencrypt/archive/" + name;
    host_.write(archive + "/fullchain1.pem", read_all(lab->path(kind)));
    host_.mkdir("/etc/letsencrypt/live/" + name);
    const std::string link = host_.real("/etc/letsencrypt/live/" + name + "/fullchain.pem");
    ASSERT_EQ(::symlink(("../../archive/" + name + "/fullchain1.pem").c_str(), link.c_str()), 0);
  }
  Batch run() {
    if (!added_) {
      for (Home& home : homes_of(host_.root())) harness_.add_home(std::move(home));
    }
    added_ = true;
    return harness_.run(*collector_);
  }

  HostFixture host_;
  CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_tls_collector();
  bool added_ = false;
};

TEST_F(TlsFiles, ReadsThoseNamedInTheConfiguration) {
  const std::string key = "a private key is not looked at\n" + read_all(lab->path("key"));
  host_.write("/srv/valid.pem", key + read_all(lab->path("valid")));
  host_.write("/srv/expired.pem", read_all(lab->path("expired")));
  host_.write("/srv/no.pem", "hello");
  host_.write("/srv/cut.pem", read_all(lab->path("incomplete")).substr(0, 300));
  host_.write("/srv/many.pem", read_all(lab->path("huge")));
  harness_.config.tls.files = {"/srv/valid.pem", "/srv/expired.pem", "/srv/no.pem", "/srv/cut.pem",
                               "/srv/many.pem",  "/srv/absent.pem",  "/srv"};
  const Batch batch = run();
  EXPECT_EQ(value(batch, kNotAfter, {"/srv/valid.pem", "leaf"}), kFarEnd);
  EXPECT_EQ(value(batch, kNotBefore, {"/srv/valid.pem", "leaf"}), kStart);
  EXPECT_EQ(value(batch, kNotAfter, {"/srv/valid.pem", "chain"}), kFarEnd);
  EXPECT_EQ(value(batch, kNotAfter, {"/srv/expired.pem", "leaf"}), kPastEnd);
  EXPECT_EQ(batch.find(kNotAfter)->samples.size(), 4U);
  EXPECT_THAT(details(batch), HasSubstr("parse /srv/no.pem: no certificate in PEM"));
  EXPECT_THAT(details(batch), HasSubstr("parse /srv/cut.pem: "));
  EXPECT_THAT(details(batch), HasSubstr("too_large /srv/many.pem: "));
  EXPECT_THAT(details(batch), HasSubstr("not_found /srv/absent.pem: "));
  EXPECT_EQ(batch.unknowns().size(), 5U);
}

TEST_F(TlsFiles, ReadsAgainWhatHasChanged) {
  host_.write("/srv/a.pem", read_all(lab->path("expired")));
  harness_.config.tls.files = {"/srv/a.pem"};
  EXPECT_EQ(value(run(), kNotAfter, {"/srv/a.pem", "leaf"}), kPastEnd);
  EXPECT_EQ(value(run(), kNotAfter, {"/srv/a.pem", "leaf"}), kPastEnd);
  host_.write("/srv/a.pem", read_all(lab->path("valid")));
  EXPECT_EQ(value(run(), kNotAfter, {"/srv/a.pem", "leaf"}), kFarEnd);
  harness_.config.tls.files.clear();
  EXPECT_FALSE(has(run(), kNotAfter, {"/srv/a.pem", "leaf"}));
}

TEST_F(TlsFiles, FindsLetsEncryptsForNamesOfTheGateway) {
  lineage("claw.test", "expired");
  lineage("second.test", "second");
  lineage("forgotten.test", "wrong_name");
  EXPECT_FALSE(has(run(), kNotAfter, {"/etc/letsencrypt/live/claw.test/fullchain.pem", "leaf"}));
  configure(R"({"publicOrigin":"https://claw.test","controlUi":{"allowedOrigins":[
      "https://second.test:8443","http://localhost:18789"]}})");
  const Batch batch = run();
  EXPECT_EQ(value(batch, kNotAfter, {"/etc/letsencrypt/live/claw.test/fullchain.pem", "leaf"}),
            kPastEnd);
  EXPECT_EQ(value(batch, kNotAfter, {"/etc/letsencrypt/live/second.test/fullchain.pem", "leaf"}),
            kFarEnd);
  EXPECT_EQ(batch.find(kNotAfter)->samples.size(), 4U);
  EXPECT_THAT(details(batch), IsEmpty());
}

TEST_F(TlsFiles, LeavesWhatIsVisitedToTheVisit) {
  lineage("claw.test", "valid");
  configure(R"({"publicOrigin":"https://claw.test"})");
  harness_.config.tls.endpoints = {{"claw", "https://claw.test/", "127.0.0.1:1", "", false}};
  EXPECT_FALSE(has(run(), kNotAfter, {"/etc/letsencrypt/live/claw.test/fullchain.pem", "leaf"}));
}

TEST_F(TlsFiles, ReadsTheGatewaysOwn) {
  const std::string own = "/home/claw/.openclaw/gateway/tls/gateway-cert.pem";
  host_.write(own, read_all(lab->path("self_signed")));
  configure(R"({"tls":{"enabled":false}})");
  EXPECT_FALSE(has(run(), kNotAfter, {host_.real(own), "leaf"}));
  configure(R"({"tls":{"enabled":true}})");
  EXPECT_TRUE(has(run(), kNotAfter, {own, "leaf"}));
  host_.write("/home/claw/my.pem", read_all(lab->path("expired")));
  configure(R"({"tls":{"enabled":true,"certPath":"~/my.pem"}})");
  EXPECT_EQ(value(run(), kNotAfter, {"/home/claw/my.pem", "leaf"}), kPastEnd);
  EXPECT_FALSE(has(run(), kNotAfter, {own, "leaf"}));
  lineage("claw.test", "valid");
  const std::string renewed = "/etc/letsencrypt/live/claw.test/fullchain.pem";
  configure(R"({"tls":{"enabled":true,"certPath":")" + renewed + R"("}})");
  EXPECT_EQ(value(run(), kNotAfter, {renewed, "leaf"}), kFarEnd);
}

// The agent writes openclaw.json.
TEST_F(TlsFiles, IsNotLedAstrayByTheAgent) {
  if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: needs root";
  ASSERT_EQ(::mkfifo(host_.real("/home/claw/.openclaw/fifo").c_str(), 0600), 0);
  const std::string link = host_.real("/home/claw/.openclaw/link");
  ASSERT_EQ(::symlink("/etc/passwd", link.c_str()), 0);
  host_.write("/srv/roots.pem", read_all(lab->path("valid")));
  ASSERT_EQ(::chown(host_.real("/srv/roots.pem").c_str(), ::getuid() + 1, ::getgid()), 0);
  for (const std::string path :
       {"/home/claw/.openclaw/fifo", "/home/claw/.openclaw/link", "/home/claw/../../etc/passwd",
        "relative.pem", "/dev/zero", "~/.openclaw", "/srv/roots.pem"}) {
    configure(R"({"tls":{"enabled":true,"certPath":")" + path + R"("}})");
    const Batch batch = run();
    EXPECT_EQ(batch.find(kNotAfter), nullptr) << path;
    EXPECT_EQ(batch.unknowns().size(), 1U) << path;
  }
}

}  // namespace
}  // namespace clawvigil::test
