#include "collectors/parse/openclaw_pairing.h"

#include <gtest/gtest.h>

namespace clawvigil {
namespace {

constexpr SystemTime kNow{std::chrono::seconds(1795302000)};  // 2026-11-21T23:00:00Z

TEST(OpenClawPairing, AllowStore) {
  const auto ids = parse_allow_store(R"({"version":1,"allowFrom":["1"," 2 ","1","*","",5]})");
  ASSERT_TRUE(ids);
  EXPECT_EQ(*ids, (std::set<std::string>{"1", "2"}));
  EXPECT_TRUE(parse_allow_store("{}")->empty());
  for (const char* text : {"", "[]", "{", R"({"allowFrom":5})"}) {
    EXPECT_EQ(parse_allow_store(text).error().code, Errc::parse) << text;
  }
}

TEST(OpenClawPairing, RequestsExpireAfterAnHour) {
  EXPECT_EQ(count_pairing_requests(R"({"requests":[{"createdAt":"2026-11-21T22:00:01.000Z"},
      {"createdAt":"2026-11-21T21:59:59Z"},{"createdAt":"soon"},{},7]})",
                                   kNow),
            3U);
  EXPECT_EQ(count_pairing_requests(R"({"version":1,"requests":[]})", kNow), 0U);
  EXPECT_FALSE(count_pairing_requests(R"({"requests":{}})", kNow));
}

TEST(OpenClawPairing, Devices) {
  EXPECT_EQ(count_paired_devices(R"({"a":{},"b":{}})"), 2U);
  EXPECT_FALSE(count_paired_devices("[]"));
  EXPECT_EQ(
      count_pending_devices(R"({"a":{"ts":1795301990000},"b":{"ts":1795301000000},"c":{}})", kNow),
      2U);
}

TEST(OpenClawPairing, FileNames) {
  const std::vector<std::string> channels = {"nextcloud-talk", "telegram"};
  const auto channel = [&](std::string_view name) {
    const auto file = pairing_store_file(name, channels);
    return file ? file->channel : "";
  };
  EXPECT_EQ(channel("telegram-allowFrom.json"), "telegram");
  EXPECT_EQ(channel("telegram-my-work-allowFrom.json"), "telegram");
  EXPECT_EQ(channel("nextcloud-talk-default-allowFrom.json"), "nextcloud-talk");
  EXPECT_EQ(channel("whatsapp-default-allowFrom.json"), "whatsapp");
  EXPECT_EQ(channel("synology-chat-pairing.json"), "synology-chat");
  EXPECT_EQ(pairing_store_file("telegram-pairing.json", channels)->kind, StoreFile::Kind::requests);
  EXPECT_FALSE(pairing_store_file("oauth.json", channels));
  EXPECT_FALSE(pairing_store_file("-allowFrom.json", channels));
}

}  // namespace
}  // namespace clawvigil
