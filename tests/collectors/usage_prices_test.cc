// Cost where OpenClaw recorded none.
#include "exporter/config/prices.h"
#include "tests/collectors/usage_fixture.h"

namespace clawvigil::test {
namespace {

std::string call(const std::string& id, const std::string& provider, const std::string& model,
                 const std::string& cost) {
  return R"({"type":"message","id":")" + id +
         R"(","timestamp":"2026-11-21T10:50:00.000Z","message":{"role":"assistant","provider":")" +
         provider + R"(","model":")" + model +
         R"(","usage":{"input":100000,"output":10000,"cacheRead":50000,"cacheWrite":0,"cost":)" +
         cost + R"(},"stopReason":"stop"}})" + "\n";
}

class UsagePrices : public Usage {
 protected:
  UsagePrices() { std::filesystem::create_directories(sessions_); }

  void write(const std::string& lines) {
    harness_.directory().append("claw/agents/main/sessions/a.jsonl", lines);
  }
  static double cost(const Batch& batch, const char* provider, const char* model,
                     const char* basis) {
    return value(batch, "clawvigil_model_cost_usd_total", {"claw", provider, model, "main", basis});
  }
  static double unpriced(const Batch& batch, const char* provider, const char* model) {
    return value(batch, "clawvigil_model_unpriced_tokens_total", {"claw", provider, model});
  }
  void own_prices(const std::string& entries) {
    auto list = config::read_prices("date: 2025-05-01\nsource: me\nprices:\n" + entries);
    ASSERT_TRUE(list);
    harness_.config.spend.price_lists = {*list};
  }
};

TEST_F(UsagePrices, AreTakenOnlyWhereNoCostIsRecorded) {
  write(call("1", "google", "gemini-2.5-pro", R"({"total":0})") +
        call("2", "anthropic", "claude-opus-4-5", R"({"total":0.5})") +
        call("3", "ollama", "qwen", R"({"total":0})") + call("4", "acme", "m", "{}"));
  const Batch batch = run();
  EXPECT_NEAR(cost(batch, "google", "gemini-2.5-pro", "estimated"), 0.125 + 0.1 + 0.00625, 1e-12);
  EXPECT_EQ(cost(batch, "google", "gemini-2.5-pro", "recorded"), 0);
  EXPECT_EQ(cost(batch, "anthropic", "claude-opus-4-5", "recorded"), 0.5);
  EXPECT_EQ(cost(batch, "anthropic", "claude-opus-4-5", "estimated"), 0);
  EXPECT_EQ(cost(batch, "ollama", "qwen", "estimated"), 0);
  EXPECT_EQ(unpriced(batch, "ollama", "qwen"), 0);
  EXPECT_EQ(unpriced(batch, "acme", "m"), 160000);
  EXPECT_EQ(value(batch, "clawvigil_price_list_timestamp_seconds", {"shipped"}),
            to_unix_seconds(config::shipped_prices().date));
  EXPECT_FALSE(has(batch, "clawvigil_price_list_timestamp_seconds", {"owner"}));
}

TEST_F(UsagePrices, ChangedLaterChangeNothingThatIsBooked) {
  write(call("1", "acme", "m", "{}") + call("2", "google", "gemini-2.5-pro", "{}"));
  const double before = cost(run(), "google", "gemini-2.5-pro", "estimated");
  own_prices(
      "  - {provider: acme, models: [m], input: 1, output: 1}\n"
      "  - {provider: google, models: [\"gemini*\"], input: 100, output: 100}\n");
  Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_price_list_timestamp_seconds", {"owner"}), 1746057600);
  EXPECT_EQ(cost(batch, "google", "gemini-2.5-pro", "estimated"), before);
  EXPECT_EQ(unpriced(batch, "acme", "m"), 160000);
  write(call("3", "acme", "m", "{}"));
  batch = run();
  EXPECT_NEAR(cost(batch, "acme", "m", "estimated"), 0.16, 1e-12);
  EXPECT_EQ(unpriced(batch, "acme", "m"), 160000);
}

TEST_F(UsagePrices, OfOpenClawsOwnConfigurationGoFirst) {
  harness_.directory().write(
      "claw/openclaw.json",
      R"({models: {providers: {acme: {baseUrl: "http://127.0.0.1:1", models: [
                               {id: "m", cost: {input: 2, output: 0, cacheRead: 0, cacheWrite: 0}}]}}}})");
  own_prices("  - {provider: acme, models: [m], input: 1, output: 1}\n");
  write(call("1", "acme", "m", R"({"total":0})"));
  EXPECT_NEAR(cost(run(), "acme", "m", "estimated"), 0.2, 1e-12);
}

}  // namespace
}  // namespace clawvigil::test
