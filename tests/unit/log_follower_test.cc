#include "exporter/host/log_follower.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace clawvigil {

namespace {

using host::LogFollower;
using host::LogProgress;
using host::LogRules;
namespace fs = std::filesystem;

constexpr std::uint64_t kPlenty = 1U << 30U;

LogRules rules() {
  return {.belongs = [](std::string_view name) { return name.starts_with("app.log"); }, .open = {}};
}

class LogFollowerTest : public ::testing::Test {
 protected:
  LogProgress read(std::uint64_t budget = kPlenty) {
    got_.clear();
    auto progress =
        follower_.read(directory_.anchor(), budget, [&](std::string_view lines) { got_ += lines; });
    EXPECT_TRUE(progress) << progress.error().message;
    return progress ? *std::move(progress) : LogProgress{};
  }
  // What read() handed out.
  std::string text(std::uint64_t budget = kPlenty) {
    read(budget);
    return got_;
  }
  void restart(LogFollower::Start start = LogFollower::Start::beginning) {
    const std::string position = follower_.position();
    follower_ = LogFollower(rules(), start);
    ASSERT_TRUE(follower_.restore(position));
  }
  [[nodiscard]] std::string path(const std::string& name) const { return directory_ / name; }

  test::TempDir directory_;
  LogFollower follower_{rules(), LogFollower::Start::beginning};
  std::string got_;
};

TEST_F(LogFollowerTest, ReadsWhatIsAppended) {
  directory_.write("app.log", "one\ntwo\n");
  EXPECT_EQ(text(), "one\ntwo\n");
  EXPECT_EQ(text(), "");
  directory_.append("app.log", "three\n");
  const LogProgress progress = read();
  EXPECT_EQ(got_, "three\n");
  EXPECT_EQ(progress.lines, 1U);
  EXPECT_EQ(progress.bytes, 6U);
  EXPECT_EQ(progress.files, 1U);
  EXPECT_FALSE(progress.lost);
}

TEST_F(LogFollowerTest, HistoryIsNotNews) {
  directory_.write("app.log", "old\nunfinished");
  follower_ = LogFollower(rules(), LogFollower::Start::end);
  EXPECT_EQ(text(), "");
  directory_.append("app.log", " line\nnew\n");
  EXPECT_EQ(text(), "new\n") << "the rest of the line begun before is history too";
  directory_.write("app.log.other", "another file, made later\n");
  EXPECT_EQ(text(), "another file, made later\n");
}

TEST_F(LogFollowerTest, ALogThatAppearsLaterIsReadFromItsBeginning) {
  follower_ = LogFollower(rules(), LogFollower::Start::end);
  EXPECT_EQ(read().files, 0U);
  restart(LogFollower::Start::end);
  directory_.write("app.log", "first\n");
  EXPECT_EQ(text(), "first\n");
}

TEST_F(LogFollowerTest, ATornLineWaitsForItsEnd) {
  directory_.write("app.log", "one\ntw");
  EXPECT_EQ(text(), "one\n");
  directory_.append("app.log", "o");
  EXPECT_EQ(text(), "");
  directory_.append("app.log", "\n");
  EXPECT_EQ(text(), "two\n");
}

TEST_F(LogFollowerTest, FollowsARename) {
  directory_.write("app.log", "one\n");
  EXPECT_EQ(text(), "one\n");
  directory_.append("app.log", "two\n");
  fs::rename(path("app.log"), path("app.log.1"));
  directory_.write("app.log", "three\n");
  EXPECT_EQ(text(), "two\nthree\n");
  fs::rename(path("app.log.1"), path("app.log.2"));
  fs::rename(path("app.log"), path("app.log.1"));
  directory_.append("app.log.1", "four\n");  // its writer has not been told yet
  EXPECT_EQ(text(), "four\n");
}

TEST_F(LogFollowerTest, FollowsCopyAndTruncate) {
  directory_.write("app.log", "one\n");
  EXPECT_EQ(text(), "one\n");
  directory_.append("app.log", "two\n");
  fs::copy_file(path("app.log"), path("app.log.1"));
  fs::resize_file(path("app.log"), 0);
  directory_.append("app.log", "three\n");
  EXPECT_EQ(text(), "two\nthree\n");
  EXPECT_EQ(text(), "");
}

TEST_F(LogFollowerTest, ACopyIsNotReadTwiceWhileItsOriginalIsStillThere) {
  directory_.write("app.log", "one\ntwo\n");
  fs::copy_file(path("app.log"), path("app.log.1"));
  EXPECT_EQ(text(), "one\ntwo\n");
  directory_.append("app.log", "three\n");
  EXPECT_EQ(text(), "three\n");
  fs::resize_file(path("app.log"), 0);
  EXPECT_EQ(text(), "");
  directory_.append("app.log", "four\n");
  EXPECT_EQ(text(), "four\n");
}

TEST_F(LogFollowerTest, ATruncatedAndRewrittenLogIsReadOnce) {
  directory_.write("app.log", "one\n");
  EXPECT_EQ(text(), "one\n");
  directory_.write("app.log", "two is longer than one\n");  // same inode, other content
  EXPECT_EQ(text(), "two is longer than one\n");
  EXPECT_EQ(text(), "");
}

TEST_F(LogFollowerTest, SaysWhenALogWasCutBack) {
  directory_.write("app.log", std::string(600, 'x') + "\nsecond\n");
  EXPECT_EQ(read().lines, 2U);
  fs::resize_file(path("app.log"), 601);
  EXPECT_TRUE(read().lost);
  directory_.append("app.log", "third\n");
  EXPECT_EQ(text(), "third\n");
}

TEST_F(LogFollowerTest, ReadsTheEndOfADeletedFile) {
  directory_.write("app.log", "one\n");
  std::ofstream writer(path("app.log"), std::ios::app);
  EXPECT_EQ(text(), "one\n");
  writer << "two\n" << std::flush;
  fs::remove(path("app.log"));
  directory_.write("app.log", "three\n");
  EXPECT_EQ(text(), "two\nthree\n");
}

TEST_F(LogFollowerTest, SaysWhatWasLost) {
  directory_.write("app.log.1", "older\n");
  fs::last_write_time(path("app.log.1"), fs::file_time_type::clock::now() - std::chrono::hours(1));
  directory_.write("app.log", "newer\n");
  EXPECT_EQ(read(0).lag_bytes, 12U);
  fs::remove(path("app.log.1"));
  EXPECT_TRUE(read().lost);
  EXPECT_EQ(got_, "newer\n");
  EXPECT_FALSE(read().lost) << "told once";
}

TEST_F(LogFollowerTest, GoesOnAfterARestart) {
  directory_.write("app.log", "one\n");
  EXPECT_EQ(text(), "one\n");
  directory_.append("app.log", "two\n");
  fs::rename(path("app.log"), path("app.log.1"));
  directory_.write("app.log", "three\n");
  restart(LogFollower::Start::end);
  EXPECT_EQ(text(), "two\nthree\n");
  restart();
  EXPECT_EQ(text(), "");
}

TEST_F(LogFollowerTest, OverlongLinesAreSkippedAndCounted) {
  LogRules small = rules();
  small.max_line_bytes = 1024;
  follower_ = LogFollower(small, LogFollower::Start::beginning);
  directory_.write("app.log", "one\n" + std::string(5000, 'x') + "\ntwo\n");
  const LogProgress progress = read();
  EXPECT_EQ(got_, "one\ntwo\n");
  EXPECT_EQ(progress.overlong_lines, 1U);
  EXPECT_EQ(progress.lines, 3U);
  EXPECT_EQ(progress.bytes, 4U + 5001U + 4U);
}

TEST_F(LogFollowerTest, AnOverlongLineStaysSkippedOverARestart) {
  LogRules small = rules();
  small.max_line_bytes = 1024;
  follower_ = LogFollower(small, LogFollower::Start::beginning);
  directory_.write("app.log", std::string(5000, 'x'));
  EXPECT_EQ(text(), "");
  const std::string position = follower_.position();
  follower_ = LogFollower(small, LogFollower::Start::beginning);
  ASSERT_TRUE(follower_.restore(position));
  directory_.append("app.log", "forged\nreal\n");
  EXPECT_EQ(text(), "real\n");
}

TEST_F(LogFollowerTest, ABudgetSpreadsTheWork) {
  std::string all;
  for (int i = 0; i < 200'000; ++i) all += "line " + std::to_string(i) + "\n";
  directory_.write("app.log", all);
  std::string collected;
  int calls = 0;
  for (std::uint64_t lag = 1; lag > 0; ++calls) {
    ASSERT_LT(calls, 100);
    lag = read(300'000).lag_bytes;
    collected += got_;
  }
  EXPECT_EQ(collected, all);
  EXPECT_GT(calls, 3);
}

TEST_F(LogFollowerTest, RefusesWhatIsNoPlainFile) {
  directory_.write("elsewhere", "secret\n");
  fs::create_symlink(path("elsewhere"), path("app.log"));
  ASSERT_EQ(::mkfifo(path("app.log.1").c_str(), 0600), 0);
  fs::create_directory(path("app.log.2"));
  const LogProgress progress = read();
  EXPECT_EQ(got_, "");
  EXPECT_EQ(progress.problems.size(), 3U);
  for (const Error& problem : progress.problems) EXPECT_EQ(problem.code, Errc::unsafe);
}

TEST_F(LogFollowerTest, TooManyFilesAreAnError) {
  LogRules few = rules();
  few.max_files = 3;
  follower_ = LogFollower(few, LogFollower::Start::beginning);
  for (int i = 0; i < 4; ++i) directory_.write("app.log." + std::to_string(i), "x\n");
  const auto progress = follower_.read(directory_.anchor(), kPlenty, [](std::string_view) {});
  ASSERT_FALSE(progress);
  EXPECT_EQ(progress.error().code, Errc::too_large);
}

TEST_F(LogFollowerTest, ForgetsOldFilesAndStaysBounded) {
  LogRules few = rules();
  few.max_files = 2;
  follower_ = LogFollower(few, LogFollower::Start::beginning);
  for (int i = 0; i < 50; ++i) {
    directory_.write("app.log", "day " + std::to_string(i) + "\n");
    EXPECT_EQ(text(), "day " + std::to_string(i) + "\n");
    fs::remove(path("app.log"));
  }
  EXPECT_LT(follower_.position().size(), 400U);
}

TEST_F(LogFollowerTest, WrongPositionsAreRefused) {
  for (const std::string_view text :
       {"x", "log-position 1\n1 2 3", "log-position 1\n513 1 1 0", "log-position 1\n0 1 1 0",
        "log-position 1\n1 1 1 0 7", "log-position 2", "log-position 1\n-1 1 1 0"}) {
    EXPECT_EQ(follower_.restore(text).error().code, Errc::parse) << text;
  }
  directory_.write("app.log", "one\n");
  EXPECT_EQ(text(), "one\n");
}

}  // namespace

}  // namespace clawvigil
