// What probes leave for the daemon, and what is refused in its place.
#include "exporter/host/spool.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "exporter/host/spool_format.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {
namespace {

namespace fs = std::filesystem;
using host::ProbeReport;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

constexpr SystemTime kTaken{seconds(1'795'350'000)};
constexpr uid_t kSomebody = 65'534;

class Spool : public testing::Test {
 protected:
  static ProbeReport some_report() {
    return {.taken = kTaken,
            .readings = {{"ruleset", R"({"nftables": ["ünï\n\u0000"]})"},
                         {"claw/work", fail(Errc::timeout, "still running")}}};
  }
  void write(const ProbeReport& report) const {
    const auto written = host::write_probe_report(directory(), "nftables", report);
    ASSERT_TRUE(written) << written.error().message;
  }
  [[nodiscard]] std::string directory() const { return parent_ / "spool"; }
  [[nodiscard]] std::string file() const { return directory() + "/nftables.json"; }
  [[nodiscard]] Result<ProbeReport> read(SystemTime now = kTaken + minutes(5)) const {
    TRY_ASSIGN(ProbeReport report, host::load_probe_report(directory(), "nftables", ::getuid()));
    TRY(host::check_age(report, now, hours(1)));
    return report;
  }
  // "reason: message"
  [[nodiscard]] std::string refusal(SystemTime now = kTaken + minutes(5)) const {
    const auto report = read(now);
    if (report) return "accepted";
    return std::string(to_string(report.error().code)) + ": " + report.error().message;
  }

  TempDir parent_;
};

TEST_F(Spool, WhatIsWrittenIsRead) {
  write(some_report());
  const auto report = read();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->taken, kTaken);
  EXPECT_TRUE(report->this_boot);
  ASSERT_EQ(report->readings.size(), 2U);
  EXPECT_EQ(report->readings[0].subject, "ruleset");
  EXPECT_EQ(report->readings[0].output, R"({"nftables": ["ünï\n\u0000"]})");
  EXPECT_EQ(report->readings[1].subject, "claw/work");
  ASSERT_FALSE(report->readings[1].output);
  EXPECT_EQ(report->readings[1].output.error().code, Errc::timeout);
  EXPECT_EQ(report->readings[1].output.error().message, "still running");
}

TEST_F(Spool, IsForItsWriterAlone) {
  const mode_t before = ::umask(0);
  write(some_report());
  ::umask(before);
  struct stat found{};
  ASSERT_EQ(::stat(directory().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0700U);
  ASSERT_EQ(::stat(file().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0600U);
}

TEST_F(Spool, IsReplacedAsAWholeOrStays) {
  write(some_report());
  const auto before = host::stat_probe_report(directory(), "nftables", ::getuid());
  parent_.write("spool/.nftables.json.new", "left by one that was killed");
  const std::vector<std::pair<ProbeReport, Errc>> refused{
      {{.taken = kTaken, .readings = {{"ruleset", "\xff\xfe"}}}, Errc::parse},
      {{.taken = kTaken, .readings = {{"a", "1"}, {"a", "2"}}}, Errc::parse},
      {{.taken = kTaken, .readings = {{"two\nlines", "1"}}}, Errc::parse},
      {{.taken = kTaken, .readings = {{"", "1"}}}, Errc::parse},
      {{.taken = kTaken, .readings = {{"a", std::string(host::kMaxProbeReport, 'x')}}},
       Errc::too_large}};
  for (const auto& [report, code] : refused) {
    const auto written = host::write_probe_report(directory(), "nftables", report);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, code) << written.error().message;
  }
  EXPECT_TRUE(read());
  write({.taken = kTaken + minutes(1), .readings = {}});
  const auto after = host::stat_probe_report(directory(), "nftables", ::getuid());
  ASSERT_TRUE(before && after);
  EXPECT_NE(before->inode, after->inode);
  EXPECT_TRUE(read()->readings.empty());
  EXPECT_FALSE(fs::exists(directory() + "/.nftables.json.new"));
}

TEST_F(Spool, NothingYetSaysWhatToRun) {
  EXPECT_EQ(refusal(),
            "not_found: there is no report of the probe nftables yet; run: clawvigil probe "
            "nftables, as root");
  fs::create_directory(directory());
  EXPECT_THAT(refusal(), StartsWith("not_found: "));
}

TEST_F(Spool, AgeFutureAndBootAreChecked) {
  write(some_report());
  EXPECT_EQ(refusal(kTaken + hours(1)), "accepted");
  EXPECT_EQ(refusal(kTaken + hours(1) + seconds(1)),
            "timeout: the probe's report is 1h1s old, more than 1h");
  EXPECT_EQ(refusal(kTaken - seconds(30)), "accepted");
  EXPECT_THAT(refusal(kTaken - minutes(2)), StartsWith("timeout: the probe's report is of the f"));
  std::string text = read_all(file());
  const std::size_t boot = text.find("\"boot\":\"") + 8;
  text[boot] = text[boot] == '0' ? '1' : '0';
  parent_.write("spool/nftables.json", text);
  const auto loaded = host::load_probe_report(directory(), "nftables", ::getuid());
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->this_boot);
}

TEST_F(Spool, ADirectoryOthersMayWriteIsRefused) {
  write(some_report());
  for (const mode_t mode : {0777U, 0770U, 01777U}) {
    ASSERT_EQ(::chmod(directory().c_str(), mode), 0);
    EXPECT_THAT(refusal(), StartsWith("unsafe: "));
    const auto written = host::write_probe_report(directory(), "nftables", some_report());
    EXPECT_TRUE(!written && written.error().code == Errc::unsafe);
  }
}

TEST_F(Spool, AFileOthersMayWriteIsRefused) {
  write(some_report());
  for (const mode_t mode : {0660U, 0606U}) {
    ASSERT_EQ(::chmod(file().c_str(), mode), 0);
    EXPECT_THAT(refusal(), HasSubstr("others may write it"));
  }
}

TEST_F(Spool, ForeignOwnersAreRefused) {
  if (::getuid() != 0) GTEST_SKIP() << "SKIPPED: only root can give files away";
  write(some_report());
  ASSERT_EQ(::chown(file().c_str(), kSomebody, kSomebody), 0);
  EXPECT_THAT(refusal(), StartsWith("unsafe: "));
  ASSERT_EQ(::chown(file().c_str(), 0, 0), 0);
  EXPECT_EQ(refusal(), "accepted");
  ASSERT_EQ(::chown(directory().c_str(), kSomebody, kSomebody), 0);
  EXPECT_THAT(refusal(), StartsWith("unsafe: "));
  const auto written = host::write_probe_report(directory(), "nftables", some_report());
  EXPECT_TRUE(!written && written.error().code == Errc::unsafe);
}

TEST_F(Spool, LinksAndOtherThingsInItsPlaceAreRefused) {
  write(some_report());
  fs::rename(file(), parent_ / "elsewhere");
  const std::function<void()> places[] = {
      [&] { fs::create_symlink(parent_ / "elsewhere", file()); },
      [&] { fs::create_hard_link(parent_ / "elsewhere", file()); },
      [&] { fs::create_directory(file()); },
      [&] { ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0); },
  };
  for (const auto& place : places) {
    place();
    EXPECT_THAT(refusal(), StartsWith("unsafe: "));
    fs::remove(file());
  }
  fs::rename(directory(), parent_ / "real");
  fs::create_directory_symlink(parent_ / "real", directory());
  EXPECT_THAT(refusal(), StartsWith("unsafe: "));
  const auto written = host::write_probe_report(directory(), "nftables", some_report());
  EXPECT_TRUE(!written && written.error().code == Errc::unsafe);
}

TEST_F(Spool, ASymlinkInPlaceOfTheNewFileIsNotFollowed) {
  write(some_report());
  parent_.write("victim", "precious");
  fs::create_symlink(parent_ / "victim", directory() + "/.nftables.json.new");
  write(some_report());
  EXPECT_EQ(read_all(parent_ / "victim"), "precious");
}

TEST_F(Spool, EveryTruncationIsMalformed) {
  write(some_report());
  const std::string text = read_all(file());
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    const auto report = host::parse_probe_report(text.substr(0, size), "nftables", "");
    ASSERT_FALSE(report) << size;
    EXPECT_EQ(report.error().code, Errc::parse);
  }
}

TEST_F(Spool, HugeFilesAreNotRead) {
  write(some_report());
  ASSERT_EQ(::truncate(file().c_str(), off_t{1} << 40), 0);
  EXPECT_THAT(refusal(), StartsWith("too_large: "));
}

TEST_F(Spool, WrongShapesAreMalformed) {
  const std::string good =
      R"({"schema":1,"probe":"p","taken":5,"boot":"b","readings":[{"subject":"s","output":"o"}]})";
  ASSERT_TRUE(host::parse_probe_report(good, "p", "b"));
  EXPECT_FALSE(host::parse_probe_report(good, "q", "b"));
  const std::pair<std::string, std::string> changes[] = {
      {R"("schema":1,)", ""},
      {R"("schema":1)", R"("schema":"1")"},
      {R"("taken":5)", R"("taken":-5)"},
      {R"("taken":5)", R"("taken":5.5)"},
      {R"("taken":5)", R"("taken":18446744073709551615)"},
      {R"("taken":5)", R"("taken":"5")"},
      {R"("boot":"b")", R"("boot":7)"},
      {R"([{)", R"({"a":{)"},
      {R"("output":"o")", R"("output":7)"},
      {R"("output":"o")", R"("error":"o")"},
      {R"("output":"o")", R"("error":{"reason":"io"})"},
      {R"("output":"o")", R"("output":"o","error":{"reason":"io","message":"m"})"},
      {R"("subject":"s")", R"("subject":"")"},
      {R"("subject":"s")", R"("subject":"a\nb")"},
      {R"("readings":[)", R"("readings":[7,)"},
      {R"("readings":[)", R"("readings":[{"subject":"s","output":"again"},)"},
  };
  for (const auto& [from, to] : changes) {
    std::string bad = good;
    bad.replace(bad.find(from), from.size(), to);
    const auto report = host::parse_probe_report(bad, "p", "b");
    ASSERT_FALSE(report) << bad;
    EXPECT_EQ(report.error().code, Errc::parse) << bad;
  }
}

TEST_F(Spool, AnotherSchemaIsUnsupported) {
  const auto report = host::parse_probe_report(R"({"schema":2})", "p", "b");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Errc::unsupported);
}

TEST_F(Spool, AnUnknownReasonIsStillAnError) {
  const auto report = host::parse_probe_report(
      R"({"schema":1,"probe":"p","taken":5,"boot":"x","readings":[{"subject":"s",)"
      R"("error":{"reason":"gremlins","message":"a\u001b[31mb"}}]})",
      "p", "b");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->this_boot);
  ASSERT_FALSE(report->readings[0].output);
  EXPECT_EQ(report->readings[0].output.error().code, Errc::io);
  EXPECT_EQ(report->readings[0].output.error().message, "a\uFFFD[31mb");
}

TEST_F(Spool, TwoWritersAtOnceLeaveOneWholeReport) {
  const std::string big(200'000, 'x');
  const auto write_often = [&] {
    for (int i = 0; i < 20; ++i) {
      const auto written = host::write_probe_report(directory(), "nftables",
                                                    {.taken = kTaken, .readings = {{"a", big}}});
      if (!written) return 1;
    }
    return 0;
  };
  ChildProcess first(write_often);
  ChildProcess second(write_often);
  EXPECT_EQ(first.wait(), 0);
  EXPECT_EQ(second.wait(), 0);
  const auto report = read();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->readings[0].output, big);
}

}  // namespace
}  // namespace clawvigil::test
