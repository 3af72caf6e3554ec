// Packed days say exactly what their hours say, and no longer than that.
#include <gtest/gtest.h>

#include <random>

#include "collectors/usage/history.h"
#include "collectors/usage/ledger_rows.h"

namespace clawvigil::usage {
namespace {

constexpr std::int64_t kFirst = 495'240;  // an hour at which a day begins

class PackedHours : public testing::Test {
 protected:
  PackedHours() { EXPECT_TRUE(create_tables(store_)); }

  void book(std::int64_t series, std::int64_t hour, double usd) {
    EXPECT_TRUE(store_.execute(
        "INSERT OR REPLACE INTO usage_hour VALUES (" + std::to_string(series) + ", " +
        std::to_string(hour) + ", " + std::to_string(random_() % 5'000'000'000) + ", 7, " +
        std::to_string(random_() % 200) + ", 0, 5, 1, 3, " + std::to_string(usd) + ", 1e-17, 0, " +
        (series % 2 == 0 ? "0" : "-2.5e-18") + ")"));
  }
  // Everything in [from, until) as it is told, exactly.
  std::string told(std::int64_t from, std::int64_t until) {
    std::string text;
    EXPECT_TRUE(each_hour(store_, from, until, [&](auto series, auto hour, const Totals& totals) {
      pack_row(series, 0, totals, text);
      text += "@" + std::to_string(hour) + ";";
    }));
    return text;
  }
  std::int64_t packs() {
    auto query = store_.prepare("SELECT count(*) FROM usage_pack");
    EXPECT_TRUE(query && query->step());
    return query->integer(0);
  }
  void pack_all(std::int64_t until_day) {
    std::int64_t next = 0;
    for (int run = 0; run < 99; ++run) {
      const auto finished = pack_days(store_, until_day, 2, next);
      ASSERT_TRUE(finished) << finished.error().message;
      if (*finished) return;
    }
    FAIL() << "packing never ends";
  }

  store::Store store_ = store::Store::in_memory();
  std::mt19937_64 random_{3};
};

TEST_F(PackedHours, SayExactlyWhatTheirHoursSay) {
  for (int i = 0; i < 400; ++i) {
    const auto hour = static_cast<std::int64_t>(random_() % (std::uint64_t{14} * 24));
    if (hour / 24 % 5 == 3) continue;  // days without use
    book(1 + static_cast<std::int64_t>(random_() % 300), kFirst + hour,
         0.001 * static_cast<double>(random_() % 9'999));
  }
  const std::vector<std::pair<std::int64_t, std::int64_t>> spans{
      {0, INT64_MAX},        {kFirst + 30, kFirst + 35}, {kFirst + 23, kFirst + 300},
      {kFirst, kFirst + 24}, {kFirst + 80, kFirst + 90}, {kFirst + 9'000, INT64_MAX}};
  std::vector<std::string> before;
  for (const auto& [from, until] : spans) before.push_back(told(from, until));
  pack_all(kFirst / 24 + 12);
  EXPECT_EQ(packs(), 10);  // of twelve days two were without use; the last two are not over
  for (std::size_t i = 0; i < spans.size(); ++i) {
    EXPECT_TRUE(told(spans[i].first, spans[i].second) == before[i]) << i;
  }
  // They are what is read, indeed.
  ASSERT_TRUE(store_.execute("UPDATE usage_pack SET rows = x''"));
  EXPECT_LT(told(0, INT64_MAX).size(), before[0].size() / 2);
}

TEST_F(PackedHours, WhateverIsWrittenLaterTakesThePackAway) {
  for (int day = 0; day < 5; ++day) book(1, kFirst + day * std::int64_t{24} + 3, 1);
  pack_all(kFirst / 24 + 5);
  ASSERT_EQ(packs(), 5);
  book(2, kFirst + 24 + 9, 2);
  ASSERT_TRUE(store_.execute("UPDATE usage_hour SET requests = 9 WHERE hour = " +
                             std::to_string(kFirst + 48 + 3)));
  ASSERT_TRUE(
      store_.execute("DELETE FROM usage_hour WHERE hour = " + std::to_string(kFirst + 72 + 3)));
  EXPECT_EQ(packs(), 2);
  const std::string expected = told(0, INT64_MAX);
  pack_all(kFirst / 24 + 5);
  EXPECT_EQ(packs(), 4);
  EXPECT_TRUE(told(0, INT64_MAX) == expected);
}

TEST_F(PackedHours, WhatCouldNotBePackedIsPackedTheNextTime) {
  for (int day = 0; day < 3; ++day) book(1, kFirst + day * std::int64_t{24}, 1);
  ASSERT_TRUE(store_.execute("CREATE TRIGGER full BEFORE INSERT ON usage_pack WHEN NEW.day = " +
                             std::to_string(kFirst / 24 + 1) +
                             " BEGIN SELECT RAISE(ABORT, 'full'); END"));
  std::int64_t next = 0;
  EXPECT_FALSE(pack_days(store_, kFirst / 24 + 3, 99, next));
  EXPECT_EQ(packs(), 0);
  ASSERT_TRUE(store_.execute("DROP TRIGGER full"));
  const auto finished = pack_days(store_, kFirst / 24 + 3, 99, next);
  EXPECT_TRUE(finished && *finished);
  EXPECT_EQ(packs(), 3);
}

TEST_F(PackedHours, DamagedOnesAreAnErrorAndNothingIsReadBeyondThem) {
  Totals totals;
  totals.tokens = {.input = 1 << 20, .output = 300, .cache_read = -1, .cache_write = 0};
  totals.recorded_usd.add(0.25);
  std::string bytes;
  pack_row(7, 23, totals, bytes);
  int rows = 0;
  const auto count = [&](std::int64_t series, std::int64_t hour, const Totals& found) {
    ++rows;
    EXPECT_EQ(series, 7);
    EXPECT_EQ(hour, 2 * 24 + 23);
    EXPECT_EQ(found.tokens.cache_read, -1);
    EXPECT_EQ(found.usd(), 0.25);
  };
  EXPECT_TRUE(unpack_rows(bytes, 2, count));
  EXPECT_EQ(rows, 1);
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const std::string cut(bytes, 0, size);
    EXPECT_FALSE(unpack_rows(cut, 2, count)) << size;
  }
  EXPECT_FALSE(unpack_rows(std::string(40, '\xff'), 2, count));
  EXPECT_FALSE(unpack_rows(std::string("\x00\x18", 2) + std::string(9, '\0'), 2, count));
  EXPECT_EQ(rows, 1);
}

}  // namespace
}  // namespace clawvigil::usage
