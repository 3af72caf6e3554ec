#include "exporter/base/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "exporter/base/fd.h"

namespace clawvigil {
namespace {

using log::Format;
using log::Level;

TEST(Log, LogfmtQuotesWhatNeedsIt) {
  EXPECT_EQ(log::format_line(Level::warn, Format::logfmt, "two words",
                             {{"n", 7}, {"empty", ""}, {"quote", "a\"b\\c"}, {"equals", "a=b"}}),
            R"(level=warn msg="two words" n=7 empty="" quote="a\"b\\c" equals="a=b")");
}

TEST(Log, OneLineWhateverTheValueHolds) {
  for (const Format format : {Format::logfmt, Format::json}) {
    const std::string line =
        log::format_line(Level::error, format, "m\nlevel=info\x1B[2J", {{"k", "v\r\n\xFF"}});
    EXPECT_EQ(line.find_first_of("\r\n\x1B\xFF"), std::string::npos) << line;
  }
}

TEST(Log, JsonParsesAndIsBounded) {
  const std::string line = log::format_line(Level::debug, Format::json, "say \"hi\"",
                                            {{"path", std::string(100'000, 'x')}, {"n", -1}});
  const auto parsed = nlohmann::json::parse(line);
  EXPECT_EQ(parsed["level"], "debug");
  EXPECT_EQ(parsed["msg"], "say \"hi\"");
  EXPECT_EQ(parsed["n"], "-1");
  EXPECT_LE(parsed["path"].get<std::string>().size(), 1024U);
}

TEST(Log, WritesWholeLinesAtOrAboveTheLevel) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  const Fd saved(::dup(STDERR_FILENO));
  ::dup2(writer.get(), STDERR_FILENO);
  log::configure(Level::warn, Format::json);
  log::info("hidden");
  log::warn("shown", {{"key", "value"}});
  log::configure(Level::info, Format::logfmt);
  log::info("plain");
  log::debug("hidden");
  ::dup2(saved.get(), STDERR_FILENO);
  writer.reset();
  std::string text(4096, '\0');
  text.resize(static_cast<std::size_t>(::read(reader.get(), text.data(), text.size())));
  const std::size_t end = text.find('\n');
  ASSERT_NE(end, std::string::npos);
  const auto first = nlohmann::json::parse(text.substr(0, end));
  EXPECT_EQ(first["msg"], "shown");
  EXPECT_EQ(first["ts"].get<std::string>().size(), std::string("2026-01-01T00:00:00.000Z").size());
  const std::string second = text.substr(end + 1);
  EXPECT_TRUE(second.starts_with("ts=20")) << second;
  EXPECT_TRUE(second.ends_with("Z level=info msg=plain\n")) << second;
}

}  // namespace
}  // namespace clawvigil
