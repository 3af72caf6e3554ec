// Price lists: how they are read, and which price a call gets.
#include "exporter/config/prices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/usage/prices.h"
#include "exporter/base/milliseconds.h"

namespace clawvigil {
namespace {

using config::read_prices;
using parse::TokenCounts;
using testing::HasSubstr;
using usage::Price;
using usage::PriceBook;

constexpr std::string_view kHead = "date: 2026-11-20\nsource: the page\nprices:\n";

PriceList list_of(std::string_view entries) {
  auto list = read_prices(std::string(kHead) + std::string(entries));
  EXPECT_TRUE(list) << (list ? "" : config::to_string("f", list.error().front()));
  return list.value_or(PriceList{});
}

std::string problem(std::string_view text) {
  const auto list = read_prices(text);
  if (list) return "no problem";
  std::string all;
  for (const auto& found : list.error()) all += config::to_string("f", found) + "\n";
  return all;
}

std::string entry_problem(std::string_view entry) {
  return problem(std::string(kHead) + "  - " + std::string(entry) + "\n");
}

std::int64_t at(int year, unsigned month, unsigned day) {
  return to_milliseconds(std::chrono::sys_days(std::chrono::year(year) / month / day));
}
const std::int64_t kNow = at(2026, 11, 22);

TEST(Prices, AreRead) {
  const PriceList list = list_of(
      "  - {provider: acme, models: [m, m-20*], input: 3, output: 15.5, cache-read: .3,\n"
      "     from: 2026-01-31, above: 200000}\n"
      "  - {provider: home, models: [\"*\"], free: true}\n");
  EXPECT_EQ(list.date, std::chrono::sys_days(std::chrono::year(2026) / 11 / 20));
  EXPECT_EQ(list.source, "the page");
  ASSERT_EQ(list.entries.size(), 3U);
  EXPECT_EQ(list.entries[0].model, "m");
  EXPECT_FALSE(list.entries[0].pattern);
  EXPECT_EQ(list.entries[1].model, "m-20");
  EXPECT_TRUE(list.entries[1].pattern);
  EXPECT_EQ(list.entries[1].price, (TokenPrice{3, 15.5, .3, 3}));
  EXPECT_EQ(list.entries[1].from, std::chrono::sys_days(std::chrono::year(2026) / 1 / 31));
  EXPECT_EQ(list.entries[1].above, 200000);
  EXPECT_EQ(list.entries[2].price, TokenPrice{});
}

TEST(Prices, SayWhereWhatIsWrong) {
  EXPECT_EQ(problem("prices: []\nsource: s\n"), "f:1:1: price list: key \"date\" is missing\n");
  EXPECT_THAT(problem("date: soon\nsource: s\nprices: []\n"),
              HasSubstr("f:1:7: date: found \"soon\", expected a date such as 2026-01-31"));
  EXPECT_THAT(problem("date: 2026-01-01\nsorce: s\n"), HasSubstr("did you mean source?"));
  EXPECT_THAT(problem("date: 2026-01-01\nsource: s\nprices: 3\n"), HasSubstr("f:3:9"));
  EXPECT_THAT(problem("- a\n"), HasSubstr("a map of keys"));
  EXPECT_EQ(entry_problem("{provider: a, models: [m], input: 1, output: -2}"),
            "f:4:50: prices.output: found \"-2\", expected USD per million tokens, from 0 to "
            "100000\n");
  for (const char* value :
       {"1e3", "0x1", "nan", "inf", "100001", "\"1,5\"", "$3", "1 2", "\"\"", "[]"}) {
    EXPECT_THAT(
        entry_problem("{provider: a, models: [m], output: 1, input: " + std::string(value) + "}"),
        HasSubstr("f:4:"))
        << value;
  }
  EXPECT_THAT(entry_problem("{provider: a, models: [m], input: 1}"),
              HasSubstr("expected both input and output"));
  EXPECT_THAT(entry_problem("{provider: a, models: [m]}"), HasSubstr("or free: true"));
  EXPECT_THAT(entry_problem("{provider: a, models: [m], free: true, input: 1, output: 1}"),
              HasSubstr("expected either"));
  EXPECT_THAT(entry_problem("{provider: a, models: [m], input: 0, output: 0}"),
              HasSubstr("write free: true"));
  EXPECT_THAT(entry_problem("{provider: a, models: [m], free: false}"), HasSubstr("expected true"));
  EXPECT_THAT(entry_problem("{provider: a, models: m, free: true}"), HasSubstr("a list"));
  EXPECT_THAT(entry_problem("{provider: a, models: [], free: true}"), HasSubstr("a model"));
  EXPECT_THAT(entry_problem("{provider: a, models: [\"m*x\"], free: true}"), HasSubstr("f:4:"));
  EXPECT_THAT(entry_problem("{provider: \"a*\", models: [m], free: true}"), HasSubstr("f:4:"));
  EXPECT_THAT(entry_problem("{provider: a, models: [m, m], free: true}"),
              HasSubstr("a/m is given twice"));
  EXPECT_THAT(entry_problem("{models: [m], free: true}"), HasSubstr("\"provider\" is missing"));
  EXPECT_THAT(entry_problem("{provider: a, models: [m], cacheRead: 1}"),
              HasSubstr("did you mean cache-read?"));
  EXPECT_THAT(entry_problem("{provider: a, models: [m], free: true, above: 0}"),
              HasSubstr("number of tokens"));
}

TEST(Prices, AreBounded) {
  std::string many(kHead);
  many += "  - {provider: a, free: true, models: [m0";
  for (int i = 1; i <= 4096; ++i) many += ", m" + std::to_string(i);
  EXPECT_THAT(problem(many + "]}\n"), HasSubstr("more than 4096 models"));
}

TEST(PriceBook, TakesThePriceThatHeld) {
  const PriceList list = list_of(
      "  - {provider: a, models: [m], input: 1, output: 1}\n"
      "  - {provider: a, models: [m], from: 2026-06-01, input: 2, output: 2}\n"
      "  - {provider: a, models: [m], from: 2026-06-01, above: 1000, input: 4, output: 4}\n"
      "  - {provider: a, models: [later], from: 2026-06-01, input: 2, output: 2}\n");
  PriceBook book({}, {}, list);
  const auto input = [&](const char* model, std::int64_t time, const TokenCounts& tokens) {
    const auto price = book.find("a", model, time, tokens);
    return price ? price->input : -1;
  };
  EXPECT_EQ(input("m", at(2026, 6, 1) - 1, {9000, 0, 0, 0}), 1);
  EXPECT_EQ(input("m", at(2026, 6, 1), {}), 2);
  EXPECT_EQ(input("m", kNow, {100, 5000, 900, 0}), 2);  // of the prompt, not of the answer
  EXPECT_EQ(input("m", kNow, {100, 0, 900, 1}), 4);
  EXPECT_EQ(input("later", at(2026, 5, 31), {}), -1);
  EXPECT_EQ(input("other", kNow, {}), -1);
}

TEST(PriceBook, GoesFromTheOwnersToTheShippedFromExactToPattern) {
  const PriceList shipped = list_of(
      "  - {provider: a, models: [\"m*\"], input: 1, output: 1}\n"
      "  - {provider: a, models: [\"m-new*\"], input: 2, output: 2}\n"
      "  - {provider: a, models: [m-newer], input: 3, output: 3}\n");
  const std::vector<PriceList> owners{
      list_of("  - {provider: a, models: [m-x], input: 7, output: 7}\n"),
      list_of("  - {provider: a, models: [\"m-x*\"], input: 8, output: 8}\n"
              "  - {provider: a, models: [m-mine], input: 8, output: 8}\n")};
  const std::vector<ModelSettings> own{{"a", "m-mine", ModelSettings::Cost{9, 9, 9, 9}},
                                       {"a", "m-x", ModelSettings::Cost{}}};
  PriceBook book(own, owners, shipped);
  const auto input = [&](const char* model) {
    const auto price = book.find("a", model, kNow, {});
    return price ? price->input : -1;
  };
  EXPECT_EQ(input("m"), 1);
  EXPECT_EQ(input("m-new-20260101"), 2);
  EXPECT_EQ(input("m-newer"), 3);
  EXPECT_EQ(input("m-mine"), 9);
  EXPECT_EQ(input("m-x"), 7);  // zeros in openclaw.json say nothing
  EXPECT_EQ(input("m-xy"), 8);
  EXPECT_EQ(book.find("b", "m", kNow, {}), std::nullopt);
}

TEST(ShippedPrices, KnowWhatIsUsed) {
  const PriceList& shipped = config::shipped_prices();
  EXPECT_GT(shipped.entries.size(), 100U);
  PriceBook book({}, {}, shipped);
  const auto price = [&](const char* provider, const char* model) {
    return book.find(provider, model, kNow, {1000, 0, 0, 0});
  };
  EXPECT_EQ(price("anthropic", "claude-opus-4-5-20251101"), (Price{5, 25, .5, 6.25}));
  EXPECT_EQ(price("anthropic", "claude-opus-4-1"), (Price{15, 75, 1.5, 18.75}));
  EXPECT_EQ(price("anthropic", "claude-sonnet-5-5"), (Price{2, 10, .1, 2.5}));
  EXPECT_EQ(price("openai", "gpt-5-2025-08-07"), (Price{1.25, 10, .125, 1.25}));
  EXPECT_EQ(price("openai", "gpt-5.6-luna"), (Price{.2, 1.2, .02, .25}));
  EXPECT_EQ(price("google", "gemini-3.1-pro-preview"), (Price{2, 12, .2, 2}));
  EXPECT_EQ(price("ollama", "whatever:7b"), Price{});
  EXPECT_EQ(price("openai", "gpt-99"), std::nullopt);
}

}  // namespace
}  // namespace clawvigil
