// What the page says: languages, names of controls, numbers, chart.
#include <gmock/gmock.h>

#include <set>

#include "exporter/web/control_names.h"
#include "exporter/web/http.h"
#include "exporter/web/page.h"
#include "tests/support/rule_files.h"

namespace clawvigil::web {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(AcceptLanguage, FollowsTheRfc) {
  for (const char* const french : {"fr", "fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", "FR", "de, fr;q=0.3",
                                   "en;q=0.5,fr-FR", "en;q=0, *", "de;q=1.0 , fr ;q=0.001"}) {
    EXPECT_EQ(preferred_language(french), Language::french) << french;
  }
  for (const char* const english :
       {"", "en", "de", "*", "en-US,en;q=0.9,fr;q=0.8", "fr;q=0", "fr;q=0, *", "en, fr", "fro",
        "fr;q=x", "fr;q=2", ",;,=;q", "fr;q=0.0001, en;q=0.1"}) {
    EXPECT_EQ(preferred_language(english), Language::english) << english;
  }
}

TEST(ControlNames, EveryAreaAndControlOfTheRulesHasOne) {
  std::set<std::string_view> known;
  for (const NamedArea& area : areas()) known.insert(area.id);
  for (const test::RuleText& rule : test::bundled_rules()) {
    if (rule.area == "external") continue;
    EXPECT_TRUE(known.contains(rule.labels.at("area"))) << rule.labels.at("area");
    const std::string& control = rule.labels.at("control");
    EXPECT_NE(name_of_control(control).in(Language::french), control) << control;
  }
  EXPECT_EQ(name_of_control("Z9").in(Language::french), "Z9");
}

TEST(Numbers, AreWrittenAsEachLanguageDoes) {
  EXPECT_EQ(format_count(1234567), Sentence("1,234,567", "1\u202F234\u202F567"));
  EXPECT_EQ(format_usd(1234.5), Sentence("$1,234.50", "1\u202F234,50\u00A0$"));
  EXPECT_EQ(format_bytes(3'449'999), Sentence("3.4 MB", "3,4 Mo"));
  EXPECT_EQ(format_duration(std::chrono::hours(72)), Sentence("3 d", "3 j"));
  EXPECT_EQ(format_duration(std::chrono::milliseconds(2500)), Sentence("2.5 s", "2,5 s"));
  EXPECT_EQ(format_date(SystemTime(std::chrono::seconds(1'790'000'000))),
            Sentence("2026-09-21", "21/09/2026"));
}

std::string recent(const AlertView& view) {
  Html html;
  page::recent(html, &view);
  return html.take();
}

TEST(Recent, NoneIsSaidOnlyWhereItIsKnown) {
  AlertView view;
  EXPECT_THAT(recent(view), AllOf(HasSubstr("could not be read"), Not(HasSubstr("90 days"))));
  view.recent.emplace();
  EXPECT_THAT(recent(view), AllOf(HasSubstr("No alert has fired in the last 90 days"),
                                  Not(HasSubstr("could not be read"))));
}

std::string chart(const std::vector<SpendDay>& days, Language language = Language::english) {
  Html html(language);
  page::spend_chart(html, days);
  return html.take();
}

TEST(Chart, SaysInWordsWhatItShows) {
  EXPECT_EQ(chart({}), "");
  EXPECT_EQ(chart({{2026, 11, 22, 0}}), "");
  std::vector<SpendDay> days;
  for (int day = 1; day <= 30; ++day) days.push_back({2026, 11, day, 2, true, 2, 6});
  days.back().usd = 19.5;
  const std::string english = chart(days);
  EXPECT_THAT(english, HasSubstr("30 days, together $77.50; the most on 2026-11-30: $19.50; "
                                 "unusual days: 1."));
  EXPECT_THAT(english, HasSubstr("class=\"bar hi\""));
  EXPECT_THAT(chart(days, Language::french), HasSubstr("le plus le 30/11/2026: 19,50\u00A0$"));
  days.back().usd = 1e300;
  EXPECT_THAT(chart(days), Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace clawvigil::web
