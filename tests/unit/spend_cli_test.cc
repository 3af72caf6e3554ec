#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "collectors/usage/ledger.h"
#include "exporter/base/strings.h"
#include "exporter/cli/amount_text.h"
#include "exporter/cli/fitted_table.h"
#include "exporter/cli/spend_export.h"
#include "exporter/cli/spend_report.h"
#include "exporter/cli/spend_table.h"
#include "exporter/cli/spend_view.h"
#include "exporter/cli/terminal.h"
#include "tests/support/build_paths.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::cli {
namespace {

using std::chrono::days;
using std::chrono::hours;
using test::read_all;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Sunday 2026-11-22, 15:30 in Paris.
const SystemTime kNow = SystemTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) +
                        hours(14) + std::chrono::minutes(30);

host::TimeZone zone(const char* name) {
  auto loaded = host::TimeZone::load(name);
  EXPECT_TRUE(loaded) << name;
  return *loaded;
}

SpendFlags flags(const std::map<std::string, std::string>& given) {
  SpendFlags all;
  for (const auto& [name, value] : given) {
    if (name == "by") all.by = value;
    if (name == "since") all.since = value;
    if (name == "until") all.until = value;
    if (name == "agent") all.agent = value;
    if (name == "model") all.model = value;
    if (name == "trigger") all.trigger = value;
    if (name == "limit") all.limit = std::stoll(value);
  }
  return all;
}

SpendViewOptions wide(std::size_t columns, bool utf8 = true) { return {columns, false, utf8}; }

std::int64_t hour_of(SystemTime time) {
  return std::chrono::floor<hours>(time.time_since_epoch()).count();
}

SystemTime utc(int month, int day, int hour) {
  return SystemTime(std::chrono::sys_days(std::chrono::year(2026) / month / day)) + hours(hour);
}

// A ledger of the collector's own making, filled by hand.
class SpendLedger : public testing::Test {
 protected:
  SpendLedger() : store_(store::Store::in_memory()) {
    EXPECT_TRUE(usage::Ledger::open(store_));
    run("INSERT INTO usage_history VALUES (1)");
    run("INSERT INTO usage_generation VALUES (1, 1)");
  }

  void run(const std::string& sql) {
    const auto done = store_.execute(sql);
    EXPECT_TRUE(done) << sql;
  }

  int series(const std::string& agent, const std::string& model, const std::string& home = "claw") {
    auto insert = store_.prepare("INSERT INTO usage_series VALUES (?, ?, ?, ?, ?, ?, ?)");
    EXPECT_TRUE(insert);
    insert->bind(1, std::int64_t{++last_}).bind(2, home).bind(3, agent).bind(4, "p");
    insert->bind(5, model).bind(6, "user").bind(7, "telegram");
    EXPECT_TRUE(insert->run());
    return last_;
  }

  // 100 tokens in, 20 out, 1000 from the cache.
  void hour(int series, SystemTime when, double usd, double estimated = 0, int unpriced = 0) {
    run("INSERT INTO usage_hour VALUES (" + std::to_string(series) + ", " +
        std::to_string(hour_of(when)) + ", 100, 20, 1000, 0, 3, 1, " + std::to_string(unpriced) +
        ", " + std::to_string(usd) + ", 0, " + std::to_string(estimated) + ", 0)");
  }

  SpendReport report(const SpendFlags& flags, const char* zone_name = "Europe/Paris") {
    const auto where = zone(zone_name);
    const auto request = spend_request(flags, where, kNow);
    EXPECT_TRUE(request) << request.error().message;
    auto made = spend_report(store_, *request, where, kNow);
    EXPECT_TRUE(made) << made.error().message;
    return *made;
  }

  std::string text(const SpendFlags& flags, const SpendViewOptions& options = {}) {
    return spend_text(report(flags), zone("Europe/Paris"), kNow, options);
  }

  store::Store store_;
  int last_ = 0;
};

std::string refusal(const SpendFlags& flags) {
  const auto request = spend_request(flags, zone("Europe/Paris"), kNow);
  return request ? "accepted" : request.error().message;
}

TEST(SpendRequest, SaysWhatItExpects) {
  EXPECT_THAT(refusal(flags({{"by", "modell"}})), HasSubstr("did you mean"));
  EXPECT_THAT(refusal(flags({{"by", "day,week"}})), HasSubstr("one of hour, day, week and month"));
  EXPECT_THAT(refusal(flags({{"by", "session,agent"}})), HasSubstr("session stands alone"));
  EXPECT_THAT(refusal(flags({{"by", "day,model,agent"}})), HasSubstr("at most two"));
  EXPECT_THAT(refusal(flags({{"since", "yesterday"}})), HasSubstr("a duration such as 30d"));
  EXPECT_THAT(refusal(flags({{"since", "2026-11-20"}, {"until", "2026-11-10"}})),
              HasSubstr("nothing between"));
  EXPECT_THAT(refusal(flags({{"trigger", "corn"}})), HasSubstr("cron"));
  EXPECT_THAT(refusal(flags({{"by", "session"}, {"model", "m"}})), HasSubstr("--by=agent,model"));
}

TEST(SpendRequest, TimesAreTheOwnersDays) {
  const auto paris = zone("Europe/Paris");
  auto request = spend_request({}, paris, kNow);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->from, utc(10, 23, 22));  // midnight of the 24th, still summer
  EXPECT_EQ(request->until, utc(11, 22, 15));
  request = spend_request(flags({{"since", "2026-11-20"}, {"until", "2026-11-20"}}), paris, kNow);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->from, utc(11, 19, 23));
  EXPECT_EQ(request->until, utc(11, 20, 23));
  EXPECT_FALSE(request->until_now);
  request = spend_request(flags({{"since", "2026-11-20"}, {"until", "2026-11-20"}}),
                          zone("Pacific/Kiritimati"), kNow);  // UTC+14
  ASSERT_TRUE(request);
  EXPECT_EQ(request->from, utc(11, 19, 10));
}

TEST_F(SpendLedger, ADayHas23Or25HoursWhereClocksChange) {
  const int main = series("main", "m");
  for (SystemTime at = utc(3, 28, 0); at < utc(3, 31, 0); at += hours(1)) hour(main, at, 1);
  for (SystemTime at = utc(10, 24, 0); at < utc(10, 27, 0); at += hours(1)) hour(main, at, 1);
  const auto spring = report(flags({{"since", "2026-03-29"}, {"until", "2026-03-29"}}));
  ASSERT_EQ(spring.rows.size(), 1U);
  EXPECT_EQ(spring.rows[0].totals.usd(), 23);
  const auto autumn = report(flags({{"since", "2026-10-25"}, {"until", "2026-10-25"}}));
  ASSERT_EQ(autumn.rows.size(), 1U);
  EXPECT_EQ(autumn.rows[0].totals.usd(), 25);
  const auto by_hour =
      report(flags({{"by", "hour"}, {"since", "2026-10-25"}, {"until", "2026-10-25"}}));
  EXPECT_EQ(by_hour.rows.size(), 25U);
}

TEST_F(SpendLedger, SumsAreThoseOfTheMetrics) {
  const int opus = series("main", "opus");
  const int haiku = series("ops", "haiku");
  for (int i = 0; i < 500; ++i) {
    hour(opus, kNow - hours(i), 0.1);
    hour(haiku, kNow - hours(i), 0.001, 0.0007, 5);
  }
  const auto ledger = usage::Ledger::open(store_);
  ASSERT_TRUE(ledger);
  usage::Totals all;
  for (const auto& [key, totals] : ledger->totals()) all.add(totals);
  for (const char* by : {"day", "model", "agent,month", "week,trigger", "channel", "hour"}) {
    const auto made = report(flags({{"by", by}, {"since", "90d"}}));
    EXPECT_EQ(made.totals.usd(), all.usd()) << by;
    EXPECT_EQ(made.totals.unpriced_tokens, all.unpriced_tokens) << by;
    usage::Totals rows;
    for (const SpendRow& row : made.rows) rows.add(row.totals);
    EXPECT_DOUBLE_EQ(rows.usd(), all.usd()) << by;
    EXPECT_EQ(rows.tokens.sum(), all.tokens.sum()) << by;
  }
}

TEST_F(SpendLedger, RowsAreNestedAndFiltersNarrow) {
  const int opus = series("main", "opus");
  const int haiku = series("ops", "haiku");
  hour(opus, utc(11, 21, 12), 5);
  hour(haiku, utc(11, 21, 12), 1);
  hour(haiku, utc(11, 19, 12), 2);
  const auto nested = report(flags({{"by", "day,model"}}));
  ASSERT_EQ(nested.rows.size(), 4U);  // the 19th to today, without a gap
  EXPECT_EQ(nested.rows[1].totals.requests, 0);
  ASSERT_EQ(nested.rows[2].rows.size(), 2U);
  EXPECT_EQ(nested.rows[2].rows[0].name("model"), "opus");
  const auto models = report(flags({{"by", "model,day"}}));
  ASSERT_EQ(models.rows.size(), 2U);
  EXPECT_EQ(models.rows[0].name("model"), "opus");
  EXPECT_EQ(models.rows[1].rows.size(), 2U);
  EXPECT_EQ(report(flags({{"agent", "ops"}})).totals.usd(), 3);
  EXPECT_EQ(report(flags({{"model", "p/opus"}})).totals.usd(), 5);
  const auto request = spend_request(flags({{"agent", "ops1"}}), zone("Europe/Paris"), kNow);
  const auto refused = spend_report(store_, *request, zone("Europe/Paris"), kNow);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("did you mean ops?"));
}

TEST_F(SpendLedger, SaysWhatThePeriodBeforeWasAndHowTheMonthWillEnd) {
  const int main = series("main", "m");
  for (SystemTime at = kNow - days(90); at < kNow; at += hours(1)) {
    hour(main, at, at < kNow - days(29) ? 1 : 2);
  }
  const auto made = report({});
  ASSERT_TRUE(made.before_usd);
  EXPECT_NEAR(*made.before_usd, 711, 20);
  ASSERT_TRUE(made.projection);
  EXPECT_TRUE(made.projection->by_profile);
  EXPECT_NEAR(made.projection->projected_usd, 30 * 24 * 2, 3);
  EXPECT_FALSE(
      report(flags({{"since", "60d"}})).before_usd);  // the history does not reach back as far
}

TEST_F(SpendLedger, ADayMuchHigherThanUsualIsMarked) {
  const int main = series("main", "m");
  for (SystemTime at = kNow - days(100); at < kNow; at += days(1)) {
    const bool burned = at >= kNow - days(5) && at < kNow - days(4);
    hour(main, at, burned ? 90 : 3 + static_cast<double>(hour_of(at) / 24 % 5) * 0.3);
  }
  const auto made = report({});
  EXPECT_EQ(std::ranges::count_if(made.rows, [](const auto& row) { return !!row.unusual; }), 1);
  EXPECT_THAT(text({}, wide(120)), HasSubstr("usually $"));
}

TEST_F(SpendLedger, UnpricedAndEstimatedAreNeverAQuietZero) {
  hour(series("main", "local"), kNow, 0, 0, 1120);
  EXPECT_THAT(text({}), testing::AllOf(HasSubstr("no price"), HasSubstr("NOT IN THESE SUMS"),
                                       HasSubstr("p/local (1.12k)"), Not(HasSubstr("$0.00"))));
  hour(series("main", "guessed"), kNow, 0, 2.5);
  EXPECT_THAT(text({}), testing::AllOf(HasSubstr("~$2.50+"), HasSubstr("estimated")));
}

TEST_F(SpendLedger, LinesFitEveryWidthAndNamesAreHarmless) {
  const std::string hostile = "=cmd|'/C calc'!A0\x1b[31m\n" + std::string(90, 'x') + "\xff";
  hour(series("agent-with-a-very-long-name-indeed", hostile), kNow, 3);
  hour(series("模型模型模型模型模型模型模型", "短い名前", "other"), kNow, 1234.5, 1);
  for (const std::size_t columns : {40U, 60U, 80U, 120U, 200U}) {
    for (const char* by : {"day", "model", "day,model", "agent,model", "hour", "session"}) {
      const std::string shown = text(flags({{"by", by}}), wide(columns));
      EXPECT_TRUE(is_valid_utf8(shown));
      EXPECT_THAT(shown, Not(HasSubstr("\x1b")));
      for (const std::string_view line : split(shown, '\n')) {
        EXPECT_LE(columns_of(line), columns) << by << ": " << line;
      }
      const std::string plain = text(flags({{"by", by}}), wide(columns, false));
      EXPECT_TRUE(std::ranges::all_of(plain, [](char c) {
        return c == '\n' || (c >= ' ' && c < 127);
      })) << plain;
    }
  }
  const std::string csv = spend_csv(report(flags({{"by", "model"}})));
  EXPECT_THAT(csv, HasSubstr("\r\np,'=cmd|"));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 3);
}

TEST_F(SpendLedger, EveryMemberOfTheJsonIsDocumented) {
  const int main = series("main", "m");
  for (SystemTime at = kNow - days(100); at < kNow; at += days(1)) {
    hour(main, at, at >= kNow - days(5) && at < kNow - days(4) ? 90 : 3, 0, 7);
  }
  const std::string text =
      read_all(std::filesystem::path(CLAWVIGIL_SOURCE_DIR) / "docs/commands.md");
  const std::size_t begin = text.find("### spend --json");
  ASSERT_NE(begin, std::string::npos);
  const std::string described = text.substr(begin, text.find("\n## ", begin) - begin);
  static const std::regex member(R"re("(\w+)":)re");
  std::set<std::string> members;
  for (const char* by : {"day,agent", "model", "trigger,channel", "home", "provider", "session"}) {
    const std::string json = spend_json(report(flags({{"by", by}})), kNow);
    for (std::sregex_iterator found(json.begin(), json.end(), member), end; found != end; ++found) {
      members.insert((*found)[1]);
    }
  }
  EXPECT_GT(members.size(), 30U);
  for (const std::string& name : members) EXPECT_THAT(described, HasSubstr("`" + name + "`"));
}

TEST_F(SpendLedger, LimitsSumUpWhatTheyLeaveOut) {
  for (int i = 0; i < 40; ++i) hour(series("a" + std::to_string(i), "m"), kNow, i + 1);
  const std::string shown = text(flags({{"by", "agent"}, {"limit", "3"}}));
  EXPECT_THAT(shown, testing::AllOf(HasSubstr("37 more"), HasSubstr("$703.00"), HasSubstr("a39"),
                                    Not(HasSubstr("a36"))));
  EXPECT_THAT(text(flags({{"by", "agent"}})), HasSubstr("10 more"));
  EXPECT_THAT(text(flags({{"by", "agent"}, {"limit", "0"}})), Not(HasSubstr("more")));
}

TEST_F(SpendLedger, WhileTheHistoryIsReadSumsAreSaidToBeTooLow) {
  EXPECT_THAT(text({}), HasSubstr("No model has been used yet"));
  run("DELETE FROM usage_history");
  EXPECT_THAT(text({}), HasSubstr("still being read"));
}

TEST(AmountText, IsShortAndRounded) {
  EXPECT_EQ(usd_text(0), "$0.00");
  EXPECT_EQ(usd_text(0.001), "<$0.01");
  EXPECT_EQ(usd_text(1234.567), "$1,234.57");
  EXPECT_EQ(usd_text(9999.999), "$10,000.00");
  EXPECT_EQ(usd_text(1234567.8), "$1,234,568");
  EXPECT_EQ(usd_text(-1234.5), "$-1,234.50");
  EXPECT_EQ(usd_text(1e300).size(), 1 + 301 + 100U);  // all digits, a comma for every three
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1240), "1.24k");
  EXPECT_EQ(count_text(999'499), "999k");
  EXPECT_EQ(count_text(999'500), "1.00M");
  EXPECT_EQ(whole_text(1234567), "1,234,567");
  EXPECT_EQ(share_text(0.001, 1), "<1 %");
  EXPECT_EQ(change_text(3, 2, true), "▲ 50 %");
  EXPECT_EQ(change_text(1, 2, false), "-50 %");
  EXPECT_EQ(change_text(40, 2, true), "▲ 20x");
  EXPECT_EQ(change_text(1, 0, true), "new");
}

TEST(Terminal, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(columns_of("模型 e\u0301"), 6U);
  EXPECT_EQ(cut("模型模型", 5), "模型…");
  EXPECT_EQ(cut("abcdef", 4), "abc…");
  EXPECT_EQ(cut("abcdef", 5, "..."), "ab...");
}

}  // namespace
}  // namespace clawvigil::cli
