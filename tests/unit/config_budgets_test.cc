#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/config/loader.h"

namespace clawvigil::config {
namespace {

using testing::HasSubstr;

TEST(ConfigBudgets, AreRead) {
  const auto config = load(
      "spend:\n"
      "  budgets:\n"
      "    - {name: everything, period: month, usd: 2.5k}\n"
      "    - {name: burst, period: hour, usd: 0.5, tokens: 20M}\n"
      "    - {name: helper, period: day, tokens: 500k, home: claw, agent: helper}\n"
      "    - {name: dear, period: week, usd: 40, provider: anthropic, model: claude-opus-4-5}\n",
      {});
  ASSERT_TRUE(config) << to_string("f", config.error().front());
  const auto& list = config->spend.budgets;
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[0].name, "everything");
  EXPECT_EQ(list[0].period, CalendarUnit::month);
  EXPECT_EQ(list[0].usd, 2500);
  EXPECT_FALSE(list[0].tokens);
  EXPECT_EQ(list[0].home + list[0].agent + list[0].provider + list[0].model, "");
  EXPECT_EQ(list[1].period, CalendarUnit::hour);
  EXPECT_EQ(list[1].usd, 0.5);
  EXPECT_EQ(list[1].tokens, 20'000'000);
  EXPECT_EQ(list[2].period, CalendarUnit::day);
  EXPECT_FALSE(list[2].usd);
  EXPECT_EQ(list[2].tokens, 500'000);
  EXPECT_EQ(list[2].home, "claw");
  EXPECT_EQ(list[2].agent, "helper");
  EXPECT_EQ(list[3].period, CalendarUnit::week);
  EXPECT_EQ(list[3].provider, "anthropic");
  EXPECT_EQ(list[3].model, "claude-opus-4-5");
}

TEST(ConfigBudgets, MayBeNone) {
  for (const char* const text : {"spend: {budgets: []}", "spend:\n  budgets:\n", "spend: {}"}) {
    const auto config = load(text, {});
    ASSERT_TRUE(config) << text;
    EXPECT_TRUE(config->spend.budgets.empty()) << text;
  }
}

TEST(ConfigBudgets, SayWhatIsWrong) {
  const auto problem = [](const std::string& list) {
    const auto config = load("spend: {budgets: " + list + "}", {});
    return config ? std::string("no problem") : to_string("f", config.error().front());
  };
  const auto amount = [&](const std::string& pair) {
    return problem("[{name: a, period: day, " + pair + "}]");
  };
  EXPECT_THAT(problem("[{period: day, usd: 1}]"), HasSubstr("key \"name\" is missing"));
  EXPECT_THAT(problem("[{name: a, usd: 1}]"), HasSubstr("key \"period\" is missing"));
  EXPECT_THAT(problem("[{name: a/b, period: day, usd: 1}]"), HasSubstr("letters, digits, - and _"));
  EXPECT_THAT(problem("[{name: a, period: year, usd: 1}]"), HasSubstr("hour, day, week, month"));
  EXPECT_THAT(problem("[{name: a, period: day}]"), HasSubstr("expected usd or tokens"));
  for (const char* const wrong :
       {"0", "-1", "\"\"", "k", "1e3", "inf", "nan", "5 USD", "2G5", "9G"}) {
    EXPECT_THAT(amount("usd: " + std::string(wrong)), HasSubstr("an amount in USD above 0"))
        << wrong;
  }
  for (const char* const wrong : {"0", "0.4", "-5k", "2m", "many", "2000000G"}) {
    EXPECT_THAT(amount("tokens: " + std::string(wrong)), HasSubstr("a number of tokens above 0"))
        << wrong;
  }
  EXPECT_THAT(amount("usd: 1, agent: \"\""), HasSubstr("the id of an agent"));
  EXPECT_THAT(amount("usd: 1, agents: main"), HasSubstr("agents"));
  EXPECT_THAT(problem("[{name: a, period: day, usd: 1}, {name: a, period: hour, usd: 1}]"),
              HasSubstr("spend.budgets: a is given twice"));
  EXPECT_THAT(problem("[everything]"), HasSubstr("{name: everything, period: month, usd: 100}"));
  EXPECT_THAT(problem("{name: a}"), HasSubstr("a list"));
}

TEST(ConfigBudgets, AreBounded) {
  const auto with = [](int count) {
    std::string text = "spend:\n  budgets:\n";
    for (int i = 0; i < count; ++i) {
      text += "    - {name: a" + std::to_string(i) + ", period: day, usd: 1}\n";
    }
    return load(text, {});
  };
  ASSERT_TRUE(with(32));
  const auto more = with(33);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().size(), 1U);
  EXPECT_THAT(to_string("f", more.error().front()), HasSubstr("more than 32 items"));
}

}  // namespace
}  // namespace clawvigil::config
