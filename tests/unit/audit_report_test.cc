// The documents of the real `openclaw security audit --json`, and what may stand in their place.
#include "collectors/parse/audit_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/build_paths.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

namespace fs = std::filesystem;
using enum AuditSeverity;
using testing::ElementsAre;
using testing::Pair;

AuditReport parsed(const std::string& text) {
  auto report = parse_audit_report(text);
  if (report) return *report;
  ADD_FAILURE() << report.error().message;
  return {};
}

std::string captured(const std::string& name) {
  return test::read_all(test::fixture("collectors/audit/" + name));
}

Errc refusal(const std::string& text) {
  const auto report = parse_audit_report(text);
  if (!report) return report.error().code;
  ADD_FAILURE() << "accepted: " << text.substr(0, 200);
  return Errc::io;
}

TEST(AuditReportParser, CountsBySeverityAndNamesTheChecks) {
  const AuditReport report = parsed(captured("2026.9.6-config-0644.json"));
  EXPECT_THAT(report.counts, ElementsAre(Pair(critical, 1), Pair(warn, 1), Pair(info, 1)));
  EXPECT_THAT(report.checks, ElementsAre(Pair("fs.config.perms_world_readable", critical),
                                         Pair("gateway.trusted_proxies_missing", warn),
                                         Pair("summary.attack_surface", info)));
  EXPECT_EQ(report.suppressed, 0U);
}

TEST(AuditReportParser, WhatIsSuppressedIsCountedApart) {
  const AuditReport report = parsed(captured("2026.9.6-suppressed.json"));
  EXPECT_THAT(report.counts, ElementsAre(Pair(critical, 0), Pair(warn, 1), Pair(info, 4)));
  EXPECT_EQ(report.suppressed, 1U);
  EXPECT_FALSE(report.checks.contains("gateway.trusted_proxies_missing"));
}

TEST(AuditReportParser, WhatIsPrintedBeforeTheDocumentDoesNotMatter) {
  const std::string document = R"({"findings": [{"checkId": "a", "severity": "warn"}]})";
  EXPECT_EQ(parsed("Config warnings:\n- {odd}\n" + document).counts.at(warn), 1U);
  EXPECT_EQ(refusal("note: " + document), Errc::parse);
}

TEST(AuditReportParser, WhatItDoesNotKnowIsNotHarmless) {
  const AuditReport report = parsed(
      R"({"findings": [7, {}, {"checkId": "a", "severity": "fatal"},
          {"checkId": "a", "severity": "info"}, {"checkId": "b\u001b[1m", "severity": "warn"},
          {"checkId": ["c"], "severity": "info"}]})");
  EXPECT_THAT(report.counts, ElementsAre(Pair(critical, 3), Pair(warn, 1), Pair(info, 2)));
  EXPECT_THAT(report.checks, ElementsAre(Pair("a", critical), Pair("other", critical)));
}

TEST(AuditReportParser, RefusesWhatIsNoAnswer) {
  const auto broken = parse_audit_report(captured("2026.9.6-config-broken.json"));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message, "the audit's answer: openclaw.json is not valid");
  for (const std::string text :
       {"", "{", "[]", "null", R"({"findings": {}})", R"({"findings": "x"})", "\xff\xfe"}) {
    EXPECT_EQ(refusal(text), Errc::parse);
  }
  const std::string whole = captured("2026.9.6-config-0644.json");
  for (std::size_t size = 0; size + 2 < whole.size(); size += 7) {
    EXPECT_EQ(refusal(whole.substr(0, size)), Errc::parse);
  }
  std::string many = "{\"findings\": [0";
  for (std::size_t i = 0; i < AuditReport::kMaxFindings; ++i) many += ",0";
  EXPECT_EQ(refusal(many + "]}"), Errc::too_large);
}

TEST(AuditReportParser, DeepNestingIsNoHarm) {
  EXPECT_EQ(refusal("{\"findings\":" + std::string(200'000, '[')), Errc::parse);
  parsed("{\"findings\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}");
}

// All states the laboratory provoked, both versions: the counts are those of the audit's own
// summary.
TEST(AuditReportParser, AgreesWithTheAuditsOwnSummary) {
  const fs::path samples = fs::path(CLAWVIGIL_SOURCE_DIR) / "../shared/openclaw-samples";
  if (!fs::exists(samples)) GTEST_SKIP() << "SKIPPED: no samples of OpenClaw at " << samples;
  int compared = 0;
  for (const char* const version : {"2026.3.13", "2026.9.6"}) {
    for (const auto& entry : fs::directory_iterator(samples / version / "audit-states")) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".json") || name.ends_with(".openclaw.json")) continue;
      const std::string text = test::read_all(entry.path());
      const auto document = nlohmann::json::parse(text, nullptr, false);
      if (!document.contains("summary")) {
        EXPECT_EQ(refusal(text), Errc::parse) << entry.path();
        continue;
      }
      const AuditReport report = parsed(text);
      for (const AuditSeverity severity : {critical, warn, info}) {
        EXPECT_EQ(report.counts.at(severity), document["summary"][to_string(severity)])
            << entry.path();
      }
      for (const auto& finding : document["findings"]) {
        EXPECT_TRUE(report.checks.contains(finding["checkId"].get<std::string>())) << entry.path();
      }
      ++compared;
    }
  }
  EXPECT_GT(compared, 50);
}

}  // namespace
}  // namespace clawvigil
