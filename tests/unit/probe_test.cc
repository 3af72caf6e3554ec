// The frame of privileged probes: from what one reads, over the spool, to a collector.
#include "exporter/probe/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/probe_ages.h"
#include "collectors/probe_reading.h"
#include "exporter/cli/arguments.h"
#include "exporter/cli/cli.h"
#include "tests/support/collector_harness.h"

namespace clawvigil {
namespace {

using host::ProbeReading;
using probe::Probe;
using probe::ProbeContext;
using std::chrono::hours;
using testing::HasSubstr;
using testing::StartsWith;

Result<std::vector<ProbeReading>> reads_two(const ProbeContext&) {
  return std::vector<ProbeReading>{{"ruleset", "text"}, {"claw", fail(Errc::io, "it failed")}};
}

Result<std::vector<ProbeReading>> reads_nothing(const ProbeContext&) {
  return fail(Errc::not_found, "there is no nft here");
}

class ProbeFrame : public testing::Test {
 protected:
  ProbeFrame() { harness_.config.probes_directory = harness_.directory() / "spool"; }

  Result<std::vector<ProbeReading>> run(decltype(Probe::run) function) {
    Result<std::vector<ProbeReading>> result;
    harness_.with_context([&](const Context& context) {
      result = probe::run_and_write({"test", "A test.", function}, {.root = context.root,
                                                                    .config = context.config,
                                                                    .homes = context.homes,
                                                                    .clock = context.clock,
                                                                    .stop = {}});
    });
    return result;
  }
  Result<host::ProbeReport> read() {
    Result<host::ProbeReport> result;
    harness_.with_context(
        [&](const Context& context) { result = read_probe(context, "test", hours(1)); });
    return result;
  }
  std::string refusal() {
    const auto report = read();
    return report ? "accepted" : report.error().message;
  }

  test::CollectorHarness harness_;
};

TEST_F(ProbeFrame, WhatAProbeReadsReachesACollector) {
  const auto readings = run(reads_two);
  ASSERT_TRUE(readings) << readings.error().message;
  EXPECT_EQ(readings->size(), 2U);
  const auto report = read();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->taken, std::chrono::floor<std::chrono::seconds>(harness_.clock.now().wall));
  EXPECT_EQ(output_of(*report, "ruleset"), "text");
  EXPECT_EQ(output_of(*report, "claw").error().message, "claw: it failed");
  EXPECT_EQ(output_of(*report, "other").error().code, Errc::not_found);
}

TEST_F(ProbeFrame, AProbeThatFailsLeavesTheReportBefore) {
  ASSERT_TRUE(run(reads_two));
  const auto failed = run(reads_nothing);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "there is no nft here");
  EXPECT_EQ(read()->readings.size(), 2U);
}

TEST_F(ProbeFrame, EveryFailureSaysWhatToDo) {
  EXPECT_THAT(refusal(),
              HasSubstr("run: sudo clawvigil probe test; for good: sudo systemctl enable "
                        "--now clawvigil-probe-test.timer"));
  ASSERT_TRUE(run(reads_two));
  harness_.clock.advance(hours(2));
  EXPECT_EQ(refusal(),
            "test: the probe's report is 2h old, more than 1h; run: sudo clawvigil probe test, and "
            "see: systemctl status clawvigil-probe-test.timer");
  ASSERT_TRUE(run(reads_two));
  EXPECT_EQ(refusal(), "accepted");
  std::string text = test::read_all(harness_.directory() / "spool/test.json");
  const std::size_t boot = text.find("\"boot\":\"") + 8;
  text[boot] = text[boot] == '0' ? '1' : '0';
  harness_.directory().write("spool/test.json", text);
  EXPECT_THAT(refusal(), StartsWith("test: the probe's report is of before this boot; run: sudo "));
  harness_.directory().write("spool/test.json", "{");
  EXPECT_THAT(refusal(), HasSubstr("; run: sudo clawvigil probe test"));
}

TEST_F(ProbeFrame, TheirAgesAreMeasured) {
  constexpr Metric kAge{
      MetricType::gauge, "clawvigil_test_timestamp_seconds", "A time in tests.", {"probe"}};
  ProbeAges ages;
  const auto measured = [&] {
    Batch batch;
    harness_.with_context([&](const Context& context) { ages.measure(context, kAge, batch); });
    return batch;
  };
  const auto leave = [&](std::vector<ProbeReading> readings) {
    ASSERT_TRUE(host::write_probe_report(
        harness_.config.probes_directory, "nftables",
        {.taken = harness_.clock.now().wall, .readings = std::move(readings)}));
  };
  EXPECT_TRUE(measured().families().empty());
  EXPECT_TRUE(measured().unknowns().empty());
  leave({{"ruleset", "text"}});
  const double first = test::value(measured(), kAge.name(), {"nftables"});
  EXPECT_EQ(first, to_unix_seconds(harness_.clock.now().wall));
  harness_.clock.advance(hours(100));
  EXPECT_EQ(test::value(measured(), kAge.name(), {"nftables"}), first);
  leave({{"ruleset", "text"}, {"other", fail(Errc::io, "it failed")}});
  EXPECT_EQ(test::value(measured(), kAge.name(), {"nftables"}), first + 360'000);
  leave({{"ruleset", fail(Errc::io, "it failed")}});
  EXPECT_TRUE(measured().families().empty());
  ASSERT_EQ(::chmod((harness_.directory() / "spool").c_str(), 0777), 0);
  EXPECT_EQ(measured().unknowns().size(), 1U);
}

TEST_F(ProbeFrame, NamesAreWordsAndHaveASummary) {
  for (const Probe& probe : probe::probes()) {
    EXPECT_THAT(kProbeNames, testing::Contains(probe.name));
    EXPECT_THAT(std::string(probe.name), testing::MatchesRegex("[a-z][a-z-]*"));
    EXPECT_TRUE(probe.summary.ends_with('.')) << probe.summary;
    EXPECT_NE(probe.run, nullptr);
  }
}

int run_words(std::vector<std::string> words) {
  words.insert(words.begin(), "clawvigil");
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  return cli::run(static_cast<int>(pointers.size()), pointers.data());
}

// Exit code, what it printed and what it complained of.
struct Said {
  int code;
  std::string out;
  std::string err;
};

Said say(const std::vector<std::string>& words) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = run_words(words);
  std::string err = testing::internal::GetCapturedStderr();
  return {code, testing::internal::GetCapturedStdout(), std::move(err)};
}

TEST(ProbeCommand, NeedsANameItKnows) {
  const Said none = say({"probe"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, StartsWith("clawvigil: probe needs a NAME: "));
  const Said unknown = say({"probe", "lisst"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err,
              StartsWith("clawvigil: unknown probe \"lisst\"; did you mean list? (valid: "));
}

TEST(ProbeCommand, ListNamesEveryProbe) {
  const test::TempDir directory;
  const Said listed = say({"probe", "list", "--probes.directory=" + directory / "none"});
  EXPECT_EQ(listed.code, 0);
  for (const Probe& probe : probe::probes()) {
    EXPECT_THAT(listed.out, HasSubstr(std::string(probe.name) + " "));
    EXPECT_THAT(listed.out, HasSubstr(std::string(probe.summary)));
  }
}

}  // namespace
}  // namespace clawvigil
