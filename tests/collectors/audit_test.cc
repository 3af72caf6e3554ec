#include "collectors/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/audit_families.h"
#include "exporter/host/spool.h"
#include "tests/support/collector_harness.h"

namespace clawvigil {
namespace {

using namespace audit_families;
using std::chrono::days;
using std::chrono::hours;
using test::value;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string captured(const std::string& name) {
  return test::read_all(test::fixture("collectors/audit/" + name));
}

class AuditTest : public testing::Test {
 protected:
  AuditTest() {
    harness_.config.probes_directory = harness_.directory() / "spool";
    harness_.add_home("claw");
  }
  void leave(std::vector<host::ProbeReading> readings) {
    taken_ = std::chrono::floor<std::chrono::seconds>(harness_.clock.now().wall);
    const auto written =
        host::write_probe_report(harness_.config.probes_directory, "openclaw-audit",
                                 {.taken = taken_, .readings = std::move(readings)});
    ASSERT_TRUE(written) << written.error().message;
  }
  void leave(const std::string& output) { leave({{"claw", output}}); }
  Batch run() {
    const auto collector = make_audit_collector();
    return harness_.run(*collector);
  }
  std::string unknown() {
    const Batch batch = run();
    EXPECT_FALSE(test::has(batch, kFindings.name(), {"claw", "critical"}));
    EXPECT_THAT(batch.unknowns(), SizeIs(1));
    if (batch.unknowns().empty()) return {};
    EXPECT_THAT(batch.unknowns().front().families, SizeIs(kMetrics.size()));
    return batch.unknowns().front().detail;
  }

  test::CollectorHarness harness_;
  SystemTime taken_;
};

TEST_F(AuditTest, ExportsWhatTheAuditFound) {
  leave(captured("2026.9.6-config-0644.json"));
  harness_.clock.advance(hours(20));
  const Batch batch = run();
  EXPECT_EQ(value(batch, kFindings.name(), {"claw", "critical"}), 1);
  EXPECT_EQ(value(batch, kFindings.name(), {"claw", "warn"}), 1);
  EXPECT_EQ(value(batch, kFindings.name(), {"claw", "info"}), 1);
  EXPECT_EQ(value(batch, kFinding.name(), {"claw", "fs.config.perms_world_readable", "critical"}),
            1);
  EXPECT_EQ(value(batch, kFinding.name(), {"claw", "gateway.trusted_proxies_missing", "warn"}), 1);
  EXPECT_EQ(value(batch, kSuppressed.name(), {"claw"}), 0);
  EXPECT_EQ(value(batch, kLastSuccess.name(), {"claw"}), to_unix_seconds(taken_));
  EXPECT_THAT(batch.unknowns(), IsEmpty());
}

TEST_F(AuditTest, ExportsTheOlderVersionsAnswerAndWhatIsSuppressed) {
  leave(captured("2026.3.13-group-open.json"));
  EXPECT_EQ(value(run(), kFinding.name(), {"claw", "channels.telegram.dm.open", "critical"}), 1);
  leave(captured("2026.9.6-suppressed.json"));
  const Batch batch = run();
  EXPECT_EQ(value(batch, kFindings.name(), {"claw", "critical"}), 0);
  EXPECT_EQ(value(batch, kSuppressed.name(), {"claw"}), 1);
}

TEST_F(AuditTest, NothingReadYetIsUnknownAndSaysWhatToRun) {
  EXPECT_THAT(unknown(), HasSubstr("sudo clawvigil probe openclaw-audit"));
}

TEST_F(AuditTest, WhatFailedIsUnknownForItsHomeOnly) {
  harness_.add_home("other");
  leave({{"claw", fail(Errc::timeout, "still running after 120 s, ended")},
         {"other", captured("2026.9.6-config-0644.json")}});
  EXPECT_THAT(unknown(), HasSubstr("claw: still running after 120 s"));
  EXPECT_EQ(value(run(), kFindings.name(), {"other", "critical"}), 1);
  leave({{"other", captured("2026.9.6-config-0644.json")}});
  EXPECT_THAT(unknown(), HasSubstr("claw: the probe did not look at it; run again: sudo"));
}

TEST_F(AuditTest, AnInvalidConfigurationIsUnknown) {
  leave(captured("2026.9.6-config-broken.json"));
  EXPECT_THAT(unknown(), HasSubstr("claw: the audit's answer: openclaw.json is not valid"));
}

TEST_F(AuditTest, IsForgottenAfterTwoWeeksAndNotBelievedOfTheFuture) {
  leave(captured("2026.9.6-config-0644.json"));
  harness_.clock.advance(days(14));
  EXPECT_EQ(value(run(), kFindings.name(), {"claw", "critical"}), 1);
  harness_.clock.advance(hours(1));
  EXPECT_THAT(unknown(), HasSubstr("more than 14d"));
  harness_.clock.advance(-days(15));
  EXPECT_THAT(unknown(), HasSubstr("of the future"));
}

TEST_F(AuditTest, AgentsCannotMakeSeriesWithoutEnd) {
  std::string findings;
  for (int i = 0; i < 1500; ++i) {
    findings += R"({"checkId": "made.up.)" + std::to_string(i) + R"(", "severity": "info"},)";
  }
  leave("{\"findings\": [" + findings + R"({"checkId": "z.real", "severity": "critical"}]})");
  const Batch batch = run();
  EXPECT_EQ(value(batch, kFindings.name(), {"claw", "info"}), 1500);
  EXPECT_EQ(value(batch, kFinding.name(), {"claw", "z.real", "critical"}), 1);
  ASSERT_NE(batch.find(kFinding.name()), nullptr);
  EXPECT_THAT(batch.find(kFinding.name())->samples, SizeIs(64));
}

TEST_F(AuditTest, WithoutAHomeThereIsNothingToKnow) {
  test::CollectorHarness empty;
  empty.config.probes_directory = empty.directory() / "spool";
  const auto collector = make_audit_collector();
  const Batch batch = empty.run(*collector);
  EXPECT_THAT(batch.unknowns(), IsEmpty());
}

}  // namespace
}  // namespace clawvigil
