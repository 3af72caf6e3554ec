#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>
#include <string>

#include "exporter/base/duration.h"
#include "exporter/config/loader.h"
#include "exporter/config/sample.h"
#include "exporter/config/values.h"

namespace clawvigil::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Config loaded(std::string_view text) {
  auto config = load(text, {});
  if (config) return *config;
  for (const auto& problem : config.error()) ADD_FAILURE() << to_string("test.yml", problem);
  return {};
}

std::vector<std::string> problems(std::string_view text) {
  const auto config = load(text, {});
  if (config) return {};
  std::vector<std::string> lines;
  for (const auto& problem : config.error()) lines.push_back(to_string("f", problem));
  return lines;
}

// A receiver of `type` with these further lines.
std::string receiver(const std::string& type, const std::string& lines) {
  return "notify:\n  receivers:\n    - {name: r, type: " + type + ", " + lines + "}\n";
}

TEST(ConfigAlerting, RulesAreOverridden) {
  const Config config = loaded(R"(
alerts:
  enabled: false
  rule-files: [/etc/clawvigil/rules.yml]
  rules:
    GatewayDown: {enabled: false}
    UnexpectedListener: {severity: info, for: 1h30m, threshold: 14d, threshold_usd: 0.5}
)");
  EXPECT_FALSE(config.alerts.enabled);
  EXPECT_THAT(config.alerts.rule_files, ElementsAre("/etc/clawvigil/rules.yml"));
  EXPECT_FALSE(config.alerts.overrides.at("GatewayDown").enabled);
  const RuleOverride& rule = config.alerts.overrides.at("UnexpectedListener");
  EXPECT_TRUE(rule.enabled);
  EXPECT_EQ(rule.severity, "info");
  EXPECT_EQ(rule.hold, minutes(90));
  EXPECT_EQ(rule.thresholds.at("threshold"), "14d");
  EXPECT_EQ(rule.thresholds.at("usd"), "0.5");
}

TEST(ConfigAlerting, EveryKindOfReceiverIsRead) {
  const Config config = loaded(R"(
notify:
  language: fr
  repeat-critical: 1h
  max-per-hour: 5
  digest-at: "21:30"
  receivers:
    - name: phone
      type: telegram
      bot-token-file: /etc/clawvigil/telegram.token
      chat-id: "-100123"
      severities: [critical]
      send-resolved: false
      fallback: mail
    - name: mail
      type: email
      host: smtp.example.org
      port: 465
      tls: implicit
      from: claw@example.org
      to: [you@example.org, me@example.org]
      username: claw
      password-credential: smtp
      fallback-only: true
    - {name: n, type: ntfy, topic-file: /etc/clawvigil/topic}
    - {name: s, type: slack, url-file: /etc/clawvigil/slack}
    - {name: d, type: discord, url-credential: discord}
    - {name: w, type: webhook, url: "http://127.0.0.1:1/x", bearer-token-file: /t}
    - {name: a, type: alertmanager, url: "http://127.0.0.1:9093"}
  heartbeat: {url: "https://example.org/ping", interval: 1m}
)");
  const NotifyConfig& notify = config.notify;
  EXPECT_EQ(notify.language, "fr");
  EXPECT_EQ(notify.repeat_critical, hours(1));
  EXPECT_EQ(notify.max_per_hour, 5U);
  EXPECT_EQ(notify.digest_at, minutes(21 * 60 + 30));
  ASSERT_EQ(notify.receivers.size(), 7U);
  const ReceiverConfig& phone = notify.receivers[0];
  EXPECT_THAT(phone.severities, ElementsAre("critical"));
  EXPECT_FALSE(phone.send_resolved);
  EXPECT_EQ(phone.fallback, "mail");
  EXPECT_EQ(std::get<TelegramConfig>(phone.service).chat_id, "-100123");
  const auto& mail = std::get<EmailConfig>(notify.receivers[1].service);
  EXPECT_EQ(mail.tls, EmailConfig::Tls::implicit);
  EXPECT_THAT(mail.to, ElementsAre("you@example.org", "me@example.org"));
  EXPECT_EQ(mail.password.credential, "smtp");
  EXPECT_TRUE(notify.receivers[1].fallback_only);
  EXPECT_EQ(std::get<WebhookConfig>(notify.receivers[3].service).format,
            WebhookConfig::Format::slack);
  EXPECT_EQ(std::get<WebhookConfig>(notify.receivers[4].service).format,
            WebhookConfig::Format::discord);
  EXPECT_EQ(notify.heartbeat.interval, minutes(1));
}

TEST(ConfigAlerting, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_THAT(problems("notify:\n  receivers:\n    - {name: r, type: telegarm}\n"),
              ElementsAre("f:3:23: notify.receivers: found \"telegarm\", expected one of telegram, "
                          "email, ntfy, slack, discord, webhook, alertmanager; did you mean "
                          "telegram?"));
  EXPECT_THAT(problems(receiver("telegram", "chat-id: x, bot-token-file: /t")),
              Contains(HasSubstr("chat-id: found \"x\", expected a chat")));
  EXPECT_THAT(problems(receiver("telegram", "chat-id: 1")),
              Contains(HasSubstr("expected one of bot-token-file, bot-token-credential")));
  EXPECT_THAT(problems(receiver("ntfy", "topic: a, topic-file: /t")),
              Contains(HasSubstr("expected one of topic, topic-file")));
  EXPECT_THAT(problems(receiver("email", "host: a.org, from: a@b.org, to: [c@d.org], tls: none")),
              Contains(HasSubstr("for the host localhost only")));
  EXPECT_THAT(problems(receiver("email", "host: a.org, from: a@b.org, to: c@d.org")),
              Contains(HasSubstr("expected a list, each item a mail address")));
  EXPECT_THAT(problems(receiver("email", "host: a.org, from: a@b.org, to: [c@d.org], username: u")),
              Contains(HasSubstr("come together")));
  EXPECT_THAT(problems(receiver("webhook", "url: \"ftp://x\"")),
              Contains(HasSubstr("expected a URL that begins with http")));
  EXPECT_THAT(problems(receiver("slack", "url: \"https://a/b\", bearer-token-file: /t")),
              Contains(HasSubstr("unknown key \"bearer-token-file\"")));
  EXPECT_THAT(problems(receiver("ntfy", "topic: a, fallback: nobody")),
              Contains(HasSubstr("\"nobody\", is not among the receivers")));
  EXPECT_THAT(problems(receiver("ntfy", "topic: a, fallback: r")),
              Contains(HasSubstr("is itself")));
  EXPECT_THAT(problems(receiver("ntfy", "topic: a, severities: [page]")),
              Contains(HasSubstr("expected critical, warning or info")));
  EXPECT_THAT(problems("notify: {receivers: [{name: r, type: ntfy, topic: a}, {name: r, type: "
                       "ntfy, topic: b}]}"),
              Contains(HasSubstr("is given twice")));
  EXPECT_THAT(problems("notify: {heartbeat: {interval: 5m}}"),
              Contains(HasSubstr("expected one of url, url-file, url-credential")));
  EXPECT_THAT(problems("alerts: {rules: {X: {treshold: 5}}}"),
              Contains(HasSubstr("did you mean threshold?")));
  EXPECT_THAT(problems("notify: {max-per-hour: 0}"),
              Contains(HasSubstr("expected a number from 1 to 1000")));
}

// Messages repeat what was found, but never a value of a key that may hold a secret by mistake.
TEST(ConfigAlerting, ATokenInTheWrongPlaceIsNotRepeatedWhole) {
  const std::string token = "123456:" + std::string(80, 'A');
  for (const std::string& line :
       problems(receiver("telegram", "chat-id: 1, bot-token: " + token))) {
    EXPECT_THAT(line, testing::Not(HasSubstr("AAAA")));
  }
}

// The sample's examples of `key`, with the comment signs taken off.
std::string uncommented(const std::string& sample, const std::string& key) {
  const std::regex comment("^  # ((?:  .*)|" + key + ":)$");
  std::istringstream lines(sample);
  std::string out;
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_match(line, match, comment)) out += "  " + match[1].str() + "\n";
  }
  return out;
}

TEST(ConfigAlerting, ExamplesOfTheSampleAreValid) {
  const std::string sample_text = sample({});
  const std::size_t rules = sample_text.find("\nalerts:");
  const std::size_t receivers = sample_text.find("\nnotify:");
  const std::size_t heartbeat = sample_text.find("  # heartbeat:");
  const std::size_t end = sample_text.find("\n\n", heartbeat);
  const std::string alerts_part =
      uncommented(sample_text.substr(rules, receivers - rules), "rules");
  EXPECT_EQ(loaded("alerts:\n" + alerts_part).alerts.overrides.size(), 2U) << alerts_part;
  const std::string receivers_part =
      uncommented(sample_text.substr(receivers, heartbeat - receivers), "receivers");
  EXPECT_EQ(loaded("notify:\n" + receivers_part).notify.receivers.size(), 7U) << receivers_part;
  const std::string heartbeat_part =
      uncommented(sample_text.substr(heartbeat, end - heartbeat + 1), "heartbeat");
  EXPECT_FALSE(loaded("notify:\n" + heartbeat_part).notify.heartbeat.url_secret.file.empty())
      << heartbeat_part;
}

TEST(ConfigValues, Urls) {
  for (const char* good : {"http://a", "https://a.b:1/c?d=e", "https://hooks.example.org/T/B/x"}) {
    EXPECT_TRUE(is_http_url(good)) << good;
  }
  for (const char* bad : {"", "http://", "a.b", "HTTP://a", "http://a b", "http://u:p@h/",
                          "http://a/#f", "http://a\nb", "file:///etc/passwd"}) {
    EXPECT_FALSE(is_http_url(bad)) << bad;
  }
}

TEST(ConfigValues, MailAddresses) {
  for (const char* good : {"a@b", "first.last+tag@example.org"}) {
    EXPECT_TRUE(is_mail_address(good)) << good;
  }
  for (const char* bad : {"", "a", "@b", "a@", "a b@c", "a@b\r\nBcc: x@y", "<a@b>", "a@b c"}) {
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  }
}

TEST(ConfigValues, TimesOfDay) {
  EXPECT_EQ(parse_time_of_day("08:05"), minutes(485));
  EXPECT_EQ(to_time_of_day(minutes(485)), "08:05");
  for (const char* bad : {"", "8:05", "24:00", "12:60", "-1:00", "12:0a", "120:0", "12-00"}) {
    EXPECT_FALSE(parse_time_of_day(bad)) << bad;
  }
}

TEST(Duration, AsPrometheusWritesThem) {
  using std::chrono::days;
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  EXPECT_EQ(parse_duration("0"), Duration::zero());
  EXPECT_EQ(parse_duration("90s"), seconds(90));
  EXPECT_EQ(parse_duration("1h30m"), minutes(90));
  EXPECT_EQ(parse_duration("1y2w3d4h5m6s7ms"),
            days(365 + 14 + 3) + hours(4) + minutes(5) + seconds(6) + milliseconds(7));
  for (const char* bad : {"", "5", "h", "1.5h", "-1h", "1h1h", "1m1h", "1 h", "1hour", "101y",
                          "99999999999999999999s", "+1h"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
  for (const char* text : {"0s", "1ms", "1d", "4h", "1h30m", "382d4h5m6s7ms"}) {
    EXPECT_EQ(clawvigil::to_string(parse_duration(text).value_or(Duration(1))), text);
  }
}

}  // namespace
}  // namespace clawvigil::config
