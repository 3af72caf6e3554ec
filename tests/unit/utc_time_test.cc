#include "exporter/base/utc_time.h"

#include <gtest/gtest.h>

namespace clawvigil {
namespace {

constexpr SystemTime kNow{std::chrono::seconds(1795302000)};  // 2026-11-21T23:00:00Z

TEST(UtcTime, OfJson) {
  EXPECT_EQ(parse_utc_time("2026-11-21T23:00:00.999Z"), kNow + std::chrono::milliseconds(999));
  EXPECT_EQ(parse_utc_time("2026-11-21T23:00:00Z"), kNow);
  for (const char* text :
       {"", "Z", "2026-11-21T23:00:00", "2026-13-21T23:00:00Z", "2026-02-30T23:00:00Z",
        "9999-01-01T00:00:00Z", "2026-11-21 23:00:00Z", "2026-11-21T-1:00:00Z"}) {
    EXPECT_FALSE(parse_utc_time(text)) << text;
  }
}

TEST(UtcTime, AsText) {
  EXPECT_EQ(format_utc(kNow + std::chrono::milliseconds(999), "%Y-%m-%dT%H:%M:%SZ"),
            "2026-11-21T23:00:00Z");
  EXPECT_EQ(format_utc(SystemTime(std::chrono::seconds(-1)), "%F"), "1969-12-31");
}

TEST(UtcTime, OfMail) {
  const auto date = parse_mail_date("Sat, 21 Nov 2026 22:11:05 UTC");
  ASSERT_TRUE(date);
  EXPECT_EQ(to_unix_seconds(*date), 1795299065);
  for (const char* text :
       {"", "Sat, 21 Nov 2026", "Sat, 32 Nov 2026 22:11:05 UTC", "Sat, 21 Nov 99999 22:11:05 UTC",
        "Sat, 21 Nov 2026 25:11:05 UTC", "Sat, 21 Nov 2026 22:11:05 +0200", "a b c d e f"}) {
    EXPECT_FALSE(parse_mail_date(text)) << text;
  }
}

}  // namespace
}  // namespace clawvigil
