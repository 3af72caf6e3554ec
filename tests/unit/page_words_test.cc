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

std::string recent(const AlertView& view, Language language = Language::english,
                   std::size_t most = 20, bool linked = true) {
  Html html(language);
  page::recent(html, &view, most, linked);
  return html.take();
}

TEST(Recent, NoneIsSaidOnlyWhereItIsKnown) {
  AlertView view;
  view.messages.emplace();
  EXPECT_THAT(recent(view), AllOf(HasSubstr("could not be read"), Not(HasSubstr("90 days"))));
  view.recent.emplace();
  EXPECT_THAT(recent(view), AllOf(HasSubstr("No alert has fired in the last 90 days"),
                                  Not(HasSubstr("could not be read"))));
}

AlertView told() {
  constexpr SystemTime kAt{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
  using std::chrono::minutes;
  AlertView view;
  alerts::PostureEntry rule;
  rule.alertname = "GatewayDown";
  rule.area = "agent";
  rule.control = "H1";
  view.posture.entries.push_back(rule);
  rule.alertname = "MyOwn";
  rule.area = "mine";
  view.posture.entries.push_back(rule);
  auto& all = view.messages.emplace();
  using enum notify::Event::Kind;
  all.push_back({"phone",
                 notify::MessageKind::alert,
                 notify::Ending::waiting,
                 kAt,
                 {},
                 2,
                 "http://x answered HTTP 500",
                 kAt + minutes(5),
                 "",
                 {{"GatewayDown", fired}},
                 1});
  all.push_back({"mail",
                 notify::MessageKind::alert,
                 notify::Ending::delivered,
                 kAt,
                 kAt + minutes(9),
                 0,
                 "",
                 {},
                 "phone",
                 {{"MyOwn", fired}, {"MyOwn", still}, {"Gone", resolved}},
                 9});
  all.push_back({"mail",
                 notify::MessageKind::digest,
                 notify::Ending::refused,
                 kAt,
                 kAt,
                 0,
                 "http://x answered HTTP 400",
                 {},
                 "",
                 {},
                 0});
  return view;
}

TEST(Recent, SaysWhatWasToldToWhomAndHowItEnded) {
  const std::string english = recent(told());
  EXPECT_THAT(english, HasSubstr("Waiting</span> <time>2026-11-22 00:00 UTC</time> <b>phone</b> "
                                 "alert: <a href=\"#agent-H1\">GatewayDown</a> <small>2 tries "
                                 "failed, next try 2026-11-22 00:05 UTC</small>"));
  EXPECT_THAT(english, HasSubstr("Delivered</span> <time>2026-11-22 00:09 UTC</time> <b>mail</b> "
                                 "alert: <a href=\"#checks\">MyOwn</a> (2), Gone (over), 6 more "
                                 "<small>in place of phone</small>"));
  EXPECT_THAT(english, HasSubstr("Given up</span> <time>2026-11-22 00:00 UTC</time> <b>mail</b> "
                                 "daily digest <small>http://x answered HTTP 400</small>"));
  EXPECT_THAT(english, HasSubstr("sudo clawvigil notify log"));
  const std::string french = recent(told(), Language::french);
  EXPECT_THAT(french, HasSubstr("En attente</span> <time>22/11/2026 00:00 UTC</time> <b>phone</b> "
                                "alerte\u00A0: <a"));
  EXPECT_THAT(french, HasSubstr("<small>à la place de phone</small>"));
  EXPECT_THAT(french, HasSubstr("<span lang=\"en\">http://x answered HTTP 400</span>"));
  const std::string short_one = recent(told(), Language::english, 1, false);
  EXPECT_THAT(short_one, AllOf(HasSubstr("phone"), HasSubstr("GatewayDown"),
                               Not(HasSubstr("Delivered")), Not(HasSubstr("<a "))));
}

TEST(Recent, WhyAReceiverFailsIsMarkedAsEnglish) {
  AlertView view;
  view.receivers.push_back({"phone", "webhook", 1, {}, "http://x answered HTTP 500", {}});
  EXPECT_THAT(
      recent(view, Language::french),
      HasSubstr("Échoue</span> <small><span lang=\"en\">http://x answered HTTP 500</span>"));
  EXPECT_THAT(recent(view), HasSubstr("Fails</span> <small>http://x answered HTTP 500</small>"));
}

TEST(Recent, NoMessageIsSaidOnlyWhereItIsKnown) {
  AlertView view;
  view.recent.emplace();
  EXPECT_THAT(recent(view), HasSubstr("What was sent could not be read"));
  view.messages.emplace();
  EXPECT_THAT(recent(view), Not(HasSubstr("What you were told"))) << "nobody is to be told";
  view.receivers.emplace_back().name = "phone";
  EXPECT_THAT(recent(view), HasSubstr("No message was sent in the last 90 days."));
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
  EXPECT_THAT(chart(days, Language::french),
              HasSubstr("le plus le 30/11/2026\u00A0: 19,50\u00A0$"));
  days.back().usd = 1e300;
  EXPECT_THAT(chart(days), Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace clawvigil::web
