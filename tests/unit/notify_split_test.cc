#include "alerts/notify/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "alerts/notify/mime.h"
#include "exporter/base/strings.h"
#include "tests/support/notify_fixture.h"

namespace clawvigil::notify {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Notification many(std::size_t count, const std::string& text) {
  Notification notification;
  notification.host = "vps1";
  notification.time = test::kNoon;
  for (std::size_t i = 0; i < count; ++i) {
    Alert alert = test::make_alert("A" + std::to_string(i));
    alert.fingerprint = i;
    alert.annotations["description"] = text;
    notification.events.push_back({.alert = alert, .at = test::kNoon});
  }
  return notification;
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

ReceiverConfig chat(WebhookConfig::Format format) {
  ReceiverConfig config = test::webhook_receiver("chat", "http://127.0.0.1:1");
  std::get<WebhookConfig>(config.service).format = format;
  return config;
}

// Visible text of Telegram's HTML as the service counts it.
std::string without_markup(std::string html) {
  std::string text;
  for (std::size_t i = 0; i < html.size(); ++i) {
    if (html[i] == '<') {
      i = html.find('>', i);
    } else if (html[i] == '&') {
      i = html.find(';', i);
      text += '&';
    } else {
      text += html[i];
    }
  }
  return text;
}

TEST(Split, StaysBelowEveryLimitWhateverTheText) {
  for (const std::string& piece : {std::string("x"), std::string("&"), std::string("é"),
                                   std::string("😀"), std::string("*_"), std::string("word ")}) {
    for (const std::size_t count : {1U, 3U, 20U, 100U}) {
      const Notification notification = many(count, repeated(piece, 900));
      const auto telegram = make_receiver(test::telegram_receiver("t"))->render(notification, {});
      for (const std::string& text : telegram) {
        EXPECT_LE(utf16_units(without_markup(text)), 4096U);
        EXPECT_TRUE(is_valid_utf8(text));
      }
      EXPECT_LE(telegram.size(), kMaxParts);
      for (const std::string& payload :
           make_receiver(chat(WebhookConfig::Format::discord))->render(notification, {})) {
        EXPECT_LE(utf16_units(json::parse(payload).at("content").get<std::string>()), 2000U);
      }
      for (const std::string& payload :
           make_receiver(chat(WebhookConfig::Format::slack))->render(notification, {})) {
        EXPECT_LE(utf16_units(json::parse(payload).at("text").get<std::string>()), 4000U);
      }
      ReceiverConfig ntfy;
      ntfy.service = NtfyConfig();
      for (const std::string& payload : make_receiver(ntfy)->render(notification, {})) {
        EXPECT_LE(json::parse(payload).at("message").get<std::string>().size(), 4096U);
      }
    }
  }
}

TEST(Split, KeepsAlertsTogetherNumbersThePartsAndCountsTheRest) {
  const Notification notification = many(60, repeated("word ", 100));
  const auto parts = make_receiver(test::telegram_receiver("t"))->render(notification, {});
  ASSERT_EQ(parts.size(), kMaxParts);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_THAT(parts[i], HasSubstr("(" + std::to_string(i + 1) + "/6)"));
    std::size_t begun = 0;
    std::size_t ended = 0;
    for (std::size_t at = 0; (at = parts[i].find("WARNING: A", at)) != std::string::npos; ++at)
      ++begun;
    for (std::size_t at = 0; (at = parts[i].find("Since ", at)) != std::string::npos; ++at) ++ended;
    EXPECT_EQ(begun, ended) << "an alert is split";
  }
  EXPECT_THAT(parts.back(), HasSubstr("more."));
}

TEST(Split, AHostNameAsLongAsAMessageLeavesRoomForTheNews) {
  Notification notification = many(1, "it broke");
  notification.host = repeated("h", 5000);
  const Document document = make_document(notification, {});
  Document longer = document;
  longer.heading = repeated("é", 5000);
  const Markup markup{200, [](const Span& span) { return span.text; },
                      [](const Span& span) { return span.text.size(); }};
  const auto parts = split_document(longer, markup);
  EXPECT_THAT(parts.at(0), HasSubstr("WARNING"));
  for (const std::string& part : parts) {
    EXPECT_LE(part.size(), 200U);
    EXPECT_TRUE(is_valid_utf8(part));
  }
}

TEST(Mime, HeadersCannotBeInjectedAndAreFolded) {
  EXPECT_EQ(header_value("plain subject"), "plain subject");
  EXPECT_EQ(header_value("é"), "=?UTF-8?Q?=C3=A9?=");
  const std::string injected = header_value("x\r\nBcc: victim@example.org");
  EXPECT_EQ(injected.find('\n'), std::string::npos);
  EXPECT_EQ(header_value("=?UTF-8?Q?x?="), "=?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fx=3F=3D?=");
  const std::string folded = header_value(repeated("é😀 ", 50));
  for (const std::string_view line : split(folded, '\n')) {
    EXPECT_LE(trim(line).size(), 75U);
  }
}

TEST(Mime, QuotedPrintable) {
  EXPECT_EQ(quoted_printable("a=b"), "a=3Db\r\n");
  EXPECT_EQ(quoted_printable("a \nb"), "a=20\r\nb\r\n");
  EXPECT_EQ(quoted_printable("é"), "=C3=A9\r\n");
  const std::string body = quoted_printable(repeated("é word ", 100));
  for (const std::string_view line : split(body, '\n')) {
    EXPECT_LE(line.size(), 77U);  // and the CR
  }
}

}  // namespace
}  // namespace clawvigil::notify
