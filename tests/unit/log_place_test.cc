#include "collectors/access/log_place.h"

#include <gtest/gtest.h>

namespace clawvigil {
namespace {

Home home(const std::string& path, uid_t uid = 1000) { return {path, path, uid, nullptr}; }

LogPlace first_place(const Home& of, std::string_view log_file = "", bool owns_default = true) {
  const auto places = log_places(of, log_file, owns_default);
  EXPECT_TRUE(places.has_value());
  return places ? places->front() : LogPlace{};
}

TEST(LogPlace, KnowsTheFilesOfTheDefaultLog) {
  const LogPlace place = first_place(home("/home/claw/.openclaw"));
  EXPECT_EQ(place.directory, "/tmp/openclaw");
  EXPECT_TRUE(belongs_to(place, "openclaw-2026-11-22.log"));
  EXPECT_TRUE(belongs_to(place, "openclaw-2026-11-22.5.log"));
  for (const char* const other :
       {"openclaw.log", "openclaw-work-2026-11-22.log", "openclaw-2026-11-22.log.gz",
        "openclaw-2026-11-2x.log", "openclaw-2026-11-22.12.log", "xopenclaw-2026-11-22.log", ""}) {
    EXPECT_FALSE(belongs_to(place, other)) << other;
  }
}

TEST(LogPlace, AProfileHasFilesOfItsOwn) {
  const LogPlace place = first_place(home("/home/claw/.openclaw-my_Work-1"), "", false);
  EXPECT_TRUE(belongs_to(place, "openclaw-my-0-1work--1-2026-11-22.log"));
  EXPECT_FALSE(belongs_to(place, "openclaw-2026-11-22.log"));
}

TEST(LogPlace, ReadsLoggingFile) {
  const Home claw = home("/home/claw/.openclaw");
  const LogPlace plain = first_place(claw, "~/logs/claw.txt");
  EXPECT_EQ(plain.directory, "/home/claw/logs");
  EXPECT_TRUE(belongs_to(plain, "claw.txt"));
  EXPECT_TRUE(belongs_to(plain, "claw.1.txt"));
  EXPECT_FALSE(belongs_to(plain, "claw.log"));
  EXPECT_FALSE(belongs_to(plain, "claw-2026-11-22.txt"));
  const LogPlace rolling = first_place(claw, "/var/log/openclaw-2026-01-01.log");
  EXPECT_TRUE(belongs_to(rolling, "openclaw-2026-11-22.log"));
  const LogPlace bare = first_place(claw, "/log");
  EXPECT_EQ(bare.directory, "/");
  EXPECT_TRUE(belongs_to(bare, "log"));
  EXPECT_EQ(log_places(claw, "logs/claw.log", true).error().code, Errc::unsupported);
}

TEST(LogPlace, TheCommonLogBelongsToOneHomeOfEachUser) {
  const std::vector<Home> homes = {home("/home/a/.openclaw-x", 1), home("/home/a/.openclaw", 1),
                                   home("/home/b/.openclaw-x", 2), home("/home/b/.openclaw-y", 2)};
  std::vector<bool> owners;
  for (const Home& one : homes) owners.push_back(owns_default_log(homes, one));
  EXPECT_EQ(owners, (std::vector<bool>{false, true, true, false}));
}

}  // namespace
}  // namespace clawvigil
