// Whatever the host says stays text: every label of every family, every reason, every text of an
// alert, of a receiver, of a home, with what would be markup if it got out of its place.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "exporter/cli/alerting.h"
#include "exporter/web/fitting.h"
#include "exporter/web/page.h"
#include "tests/support/any_sample.h"

namespace clawvigil::web {

namespace {

constexpr SystemTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

// Words the page knows, so that more of its branches are reached.
std::string_view known_value(std::string_view label) {
  static const std::map<std::string_view, std::string_view> words{
      {"window", "24h"},   {"signal", "cost"}, {"token_type", "input"}, {"scope", "any"},
      {"list", "owner"},   {"unit", "usd"},    {"resource", "memory"},  {"event", "oom_kill"},
      {"part", "package"}, {"role", "leaf"},   {"method", "profile"},   {"severity", "critical"},
      {"target", "other"}, {"family", "ipv6"}};
  const auto found = words.find(label);
  return found == words.end() ? std::string_view() : found->second;
}

void fill(Batch& batch, const MetricInfo& info, const std::string& payload, bool with_words) {
  std::vector<std::string_view> values;
  for (const std::string_view label : info.labels) {
    const std::string_view word = known_value(label);
    values.push_back(with_words && !word.empty() ? word : std::string_view(payload));
  }
  test::set_any(batch, info, 1, values);
}

AlertView alerts_that_say(const std::string& payload) {
  AlertView view;
  for (const auto status : {alerts::RuleStatus::broken, alerts::RuleStatus::unknown,
                            alerts::RuleStatus::pending, alerts::RuleStatus::accepted}) {
    alerts::PostureEntry entry;
    entry.alertname = entry.area = entry.control = payload;
    entry.status = status;
    entry.reason = payload;
    entry.since = kNow;
    entry.english = {payload, payload,
                     "Do: openclaw config set " + payload + " x. Then: " + payload};
    entry.french = {payload, payload, payload + " : sudo " + payload};
    entry.labels = promql::Labels({{"credential", payload}, {"home", payload}});
    view.posture.entries.push_back(entry);
    entry.alertname = "CredentialTooOld";
    entry.area = "secrets";
    view.posture.entries.push_back(std::move(entry));
  }
  view.receivers.push_back({payload, payload, 3, {}, payload, kNow});
  view.recent.emplace().push_back(
      {payload, alerts::Severity::critical, payload, payload, kNow, std::nullopt});
  notify::LoggedMessage message;
  message.receiver = message.reason = message.stands_in_for = payload;
  message.ended_at = kNow;
  message.alerts = {{payload, notify::Event::Kind::fired}, {payload, notify::Event::Kind::gone}};
  message.alert_count = 3;
  for (const auto ending : {notify::Ending::waiting, notify::Ending::delivered,
                            notify::Ending::refused, notify::Ending::expired}) {
    message.ending = ending;
    if (!view.messages) view.messages.emplace();
    view.messages->push_back(message);
  }
  view.spend_days.assign(30, {2026, 11, 22, 3, true, 2, 5});
  return view;
}

// What a browser would make of it: every tag of the page with its attributes. Nothing else begins
// with "<".
struct Tag {
  std::string name;
  std::map<std::string, std::string> attributes;
};
std::vector<Tag> tags_of(std::string_view html) {
  std::vector<Tag> tags;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    std::size_t i = html.find_first_of(" >", at);
    Tag tag{std::string(html.substr(at + 1, i - at - 1)), {}};
    while (i < html.size() && html[i] == ' ') {
      const std::size_t end = html.find_first_of("= >", i + 1);
      const std::string name(html.substr(i + 1, end - i - 1));
      i = end;
      if (html[i] != '=') {
        tag.attributes[name];
        continue;
      }
      const std::size_t close = html.find('"', i + 2);
      EXPECT_EQ(html[i + 1], '"') << name;
      tag.attributes[name] = html.substr(i + 2, close - i - 2);
      i = close + 1;
    }
    EXPECT_TRUE(html[i] == '>' || html.substr(i, 2) == "/>") << html.substr(at, 120);
    tags.push_back(std::move(tag));
    at = i;
  }
  return tags;
}

void expect_only_ours(const std::string& html, const std::string& payload) {
  static const std::set<std::string> elements{
      "!doctype", "html",    "head",    "meta",  "title",  "link",       "style", "body", "a",
      "header",   "div",     "p",       "h1",    "br",     "time",       "nav",   "ul",   "li",
      "main",     "section", "h2",      "h3",    "h4",     "h5",         "span",  "code", "details",
      "summary",  "table",   "caption", "thead", "tbody",  "tr",         "th",    "td",   "small",
      "dl",       "dt",      "dd",      "b",     "figure", "figcaption", "svg",   "desc", "path",
      "rect",     "line",    "text",    "footer"};
  static const std::set<std::string> attributes{"lang",        "charset",
                                                "name",        "content",
                                                "rel",         "href",
                                                "class",       "id",
                                                "aria-label",  "scope",
                                                "role",        "tabindex",
                                                "aria-hidden", "aria-labelledby",
                                                "viewBox",     "width",
                                                "height",      "x",
                                                "y",           "x1",
                                                "x2",          "y1",
                                                "y2",          "text-anchor",
                                                "d",           "html"};
  for (const Tag& tag : tags_of(html)) {
    const std::string name = tag.name.starts_with('/') ? tag.name.substr(1) : tag.name;
    ASSERT_TRUE(elements.contains(name)) << payload << ": <" << tag.name;
    for (const auto& [attribute, value] : tag.attributes) {
      ASSERT_TRUE(attributes.contains(attribute)) << payload << ": " << attribute;
      if (attribute != "href") continue;
      EXPECT_TRUE(value.starts_with('#') || value.starts_with('/') || value == "data:,") << value;
    }
  }
}

class HostilePage : public testing::TestWithParam<const char*> {};

TEST_P(HostilePage, StaysText) {
  const std::string payload = GetParam();
  const std::vector<const CollectorInfo*> infos = cli::exporting_infos();
  Hub hub(infos);
  for (std::size_t i = 0; i < infos.size(); ++i) {
    auto batch = std::make_shared<Batch>();
    for (const MetricInfo& metric : infos[i]->metrics) {
      // Some are unknown, for their reasons.
      if (i % 5 != 4) fill(*batch, metric, payload, false);
      if (i % 5 != 4) fill(*batch, metric, payload, true);
    }
    batch->unknown({Errc::parse, payload});
    hub.publish_success(*infos[i], std::move(batch), {kNow, SteadyTime{}}, {});
    if (i % 7 == 6) hub.publish_failure(*infos[i], {Errc::io, payload}, {});
  }
  HomeList homes;
  homes.homes.emplace_back().label = payload;
  homes.homes.back().path = payload;
  homes.problems.push_back({Errc::unsafe, payload});
  const auto snapshot = hub.snapshot({kNow, SteadyTime{}});
  const AlertView view = alerts_that_say(payload);
  for (const Language language : {Language::english, Language::french}) {
    const std::string html = render_page({.snapshot = *snapshot,
                                          .homes = homes,
                                          .version = payload,
                                          .revision = payload,
                                          .hostname = payload,
                                          .started = kNow,
                                          .telemetry_path = "/metrics",
                                          .alerts = &view,
                                          .language = language});
    EXPECT_TRUE(is_valid_utf8(html));
    EXPECT_LE(html.size(), kMaxPageBytes);
    expect_only_ours(html, payload);
    EXPECT_NE(html.find(escape_html(sanitize(payload))), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Payloads, HostilePage,
    testing::Values("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
                    "\" onmouseover=\"alert(1)", "' onfocus='alert(1)' autofocus='",
                    "javascript:alert(1)", "</title></style></script><svg/onload=alert(1)>", "<!--",
                    "]]><b>", "&lt;script&gt;", "</code></td></tr></table><h1>",
                    "`sudo rm` <a href=javascript:alert(1)>x</a>"));

AlertView findings_of_any_length() {
  AlertView view;
  for (int i = 0; i < 400; ++i) {
    alerts::PostureEntry entry;
    entry.alertname = "GatewayExposed";
    entry.area = "exposure";
    entry.control = "X1";
    entry.status = alerts::RuleStatus::broken;
    entry.english = {std::string(4'000, '"'), std::string(4'000, '<'), std::string(4'000, '&')};
    view.posture.entries.push_back(std::move(entry));
  }
  return view;
}

std::string page_of(const Hub& hub, const AlertView& view, const HomeList& homes = {},
                    Language language = Language::english) {
  const auto snapshot = hub.snapshot({kNow, SteadyTime{}});
  return render_page({.snapshot = *snapshot,
                      .homes = homes,
                      .version = "1",
                      .revision = "",
                      .hostname = "host",
                      .started = kNow,
                      .telemetry_path = "/metrics",
                      .alerts = &view,
                      .language = language});
}

TEST(HostileOwner, FortyFindingsOfAnyLengthStaySmall) {
  const std::string html = page_of(Hub({}), findings_of_any_length());
  EXPECT_LE(html.size(), kMaxPageBytes);
  EXPECT_NE(html.find("400 things need you"), std::string::npos);
  EXPECT_NE(html.find("are not shown here. All of them: "), std::string::npos);
}

TEST(HostileOwner, SoItDoesWhenEveryCollectorFailsAtLength) {
  const std::vector<const CollectorInfo*> infos = cli::exporting_infos();
  Hub hub(infos);
  for (const CollectorInfo* const info : infos) {
    auto batch = std::make_shared<Batch>();
    batch->unknown({Errc::parse, std::string(4'000, '"')});
    hub.publish_success(*info, std::move(batch), {kNow, SteadyTime{}}, {});
    hub.publish_failure(*info, {Errc::io, std::string(4'000, '"')}, {});
  }
  const std::string html = page_of(hub, findings_of_any_length());
  EXPECT_LE(html.size(), kMaxPageBytes);
  EXPECT_NE(html.find("400 things need you"), std::string::npos);
  EXPECT_NE(html.find("0 of " + std::to_string(infos.size())), std::string::npos);
}

// Where a part does not fit stands the command that shows it, at its place and in its language.
TEST(HostileOwner, WhatDoesNotFitSaysWhereItIs) {
  const std::vector<const CollectorInfo*> infos = cli::exporting_infos();
  Hub hub(infos);
  for (const CollectorInfo* const info : infos) {
    auto batch = std::make_shared<Batch>();
    batch->unknown({Errc::parse, std::string(4'000, '"')});
    for (const MetricInfo& metric : info->metrics) {
      for (int row = 0; row < 40; ++row) {
        const std::string value = std::string(200, '"') + std::to_string(row);
        std::vector<std::string_view> values;
        for (const std::string_view label : metric.labels) {
          values.push_back(label == "home" ? std::string_view("claw") : std::string_view(value));
        }
        test::set_any(*batch, metric, row, values);
      }
    }
    hub.publish_success(*info, std::move(batch), {kNow, SteadyTime{}}, {});
  }
  AlertView view = findings_of_any_length();
  view.recent.emplace().assign(
      12, {"A", alerts::Severity::critical, std::string(300, '"'), "", kNow, std::nullopt});
  for (int i = 0; i < 30; ++i) {
    view.receivers.push_back({std::string(60, '"'), "webhook", 3, {}, std::string(300, '"'), kNow});
  }
  HomeList homes;
  homes.homes.emplace_back().label = "claw";
  for (const Language language : {Language::english, Language::french}) {
    const bool english = language == Language::english;
    const std::string html = page_of(hub, view, homes, language);
    EXPECT_LE(html.size(), kMaxPageBytes);
    const std::string said =
        english ? "Lately</h2><p>There is no room for this on the page today. In the terminal: "
                : "Récemment</h2><p>La page n&#39;a plus de place pour cela aujourd&#39;hui. Au "
                  "terminal\u00A0: ";
    EXPECT_NE(html.find(said + "<code class=\"c\">sudo clawvigil notify log</code>"),
              std::string::npos);
    EXPECT_NE(html.find("href=\"#recent\""), std::string::npos);
  }
}

TEST(Fitting, KeepsRoomForWhatStandsInPlaceOfAPart) {
  constexpr Part kSpending{
      "spending", {"Spending", "Dépenses"}, "<code class=\"c\">sudo clawvigil spend</code>"};
  constexpr std::size_t kRoom = 1'000;
  const auto of = [](std::size_t size) {
    return [size](Html& part) { part.text(std::string(size, 'x')); };
  };
  Html html(Language::french);
  Fitting fitting(html, kRoom);
  EXPECT_TRUE(fitting.add(of(600)));
  EXPECT_FALSE(fitting.add(of(401)));
  EXPECT_EQ(html.size(), 600U);
  EXPECT_FALSE(fitting.add_or_say(kSpending, of(401)));
  EXPECT_LE(html.size(), 600 + Fitting::kSaidInstead);
  EXPECT_TRUE(fitting.add(of(400))) << "what is said instead takes no room from the others";
  EXPECT_FALSE(fitting.add(of(1)));
  fitting.add_or_count(of(1));
  fitting.say_what_is_left_out();
  const std::string text = html.take();
  EXPECT_NE(text.find("<h2 id=\"spending\">Dépenses</h2><p>La page n&#39;a plus de place"),
            std::string::npos);
  EXPECT_NE(text.find("sudo clawvigil spend</code>"), std::string::npos);
  EXPECT_NE(text.find(">1 partie de plus"), std::string::npos);
}

}  // namespace
}  // namespace clawvigil::web
