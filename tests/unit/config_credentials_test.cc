#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/config/loader.h"
#include "exporter/config/values.h"

namespace clawvigil::config {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

TEST(ConfigCredentials, AreRead) {
  const auto config = load(
      "keys:\n"
      "  credentials:\n"
      "    - {id: model/openai, issued: 2026-01-31, max-age: 180d}\n"
      "    - {id: hooks/token, ignore: true}\n",
      {});
  ASSERT_TRUE(config);
  const auto& list = config->keys.credentials;
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].id, "model/openai");
  EXPECT_EQ(list[0].issued, std::chrono::sys_days(2026y / 1 / 31));
  EXPECT_EQ(list[0].max_age, std::chrono::days(180));
  EXPECT_FALSE(list[0].ignore);
  EXPECT_TRUE(list[1].ignore);
  EXPECT_FALSE(list[1].issued);
}

TEST(ConfigCredentials, SayWhatIsWrong) {
  const auto problem = [](std::string_view item) {
    const auto config = load("keys: {credentials: [" + std::string(item) + "]}", {});
    return config ? std::string("no problem") : to_string("f", config.error().front());
  };
  EXPECT_THAT(problem("{id: a}"), HasSubstr("expected one of issued, max-age, ignore"));
  EXPECT_THAT(problem("{ignore: true}"), HasSubstr("key \"id\" is missing"));
  EXPECT_THAT(problem("{id: a, issued: yesterday}"), HasSubstr("a date such as 2026-01-31"));
  EXPECT_THAT(problem("{id: a, max-age: 5m}"), HasSubstr("a day or more"));
  EXPECT_THAT(problem("{id: a, ignore: true}, {id: a, max-age: 2d}"), HasSubstr("given twice"));
  EXPECT_THAT(problem("model/openai"), HasSubstr("{id: model/openai, max-age: 180d}"));
}

TEST(ConfigCredentials, Dates) {
  EXPECT_EQ(parse_date("2024-02-29"), std::chrono::sys_days(2024y / 2 / 29));
  for (const char* text : {"", "2026-02-29", "2026-1-01", "2026/01/01", "26-01-01", "2026-13-01",
                           "2026-00-10", "1999-12-31", "2200-01-01", "2026-01--1", "+026-01-01"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

}  // namespace
}  // namespace clawvigil::config
