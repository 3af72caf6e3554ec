#include "collectors/parse/dotenv.h"
#include "tests/support/build_paths.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace clawvigil {
namespace {

TEST(Dotenv, ReadsCommonLines) {
  const auto variables = parse_dotenv(
      "# comment\nexport OPENCLAW_GATEWAY_TOKEN=\"a b\" # c\nKEY=va#lue\nOTHER: 'x # "
      "y'\n\nEMPTY=\n");
  EXPECT_EQ(
      variables,
      (std::map<std::string, std::string>{
          {"OPENCLAW_GATEWAY_TOKEN", "a b"}, {"KEY", "va"}, {"OTHER", "x # y"}, {"EMPTY", ""}}));
}

// What dotenv 17.4.2, the version OpenClaw 2026.9.6 carries, made of these texts.
TEST(Dotenv, AgreesWithTheDotenvPackage) {
  std::ifstream file(CLAWVIGIL_SOURCE_DIR "/tests/unit/data/dotenv_cases.json");
  const auto cases = nlohmann::json::parse(file);
  ASSERT_GT(cases.size(), 200U);
  for (const auto& test : cases) {
    const auto& text = test["text"].get_ref<const std::string&>();
    EXPECT_EQ(nlohmann::json(parse_dotenv(text)), test["variables"]) << test["text"];
  }
}

TEST(Dotenv, BinaryNoiseIsHarmless) {
  EXPECT_TRUE(parse_dotenv("").empty());
  EXPECT_TRUE(parse_dotenv(std::string("\0\xff\xfe=\n", 5)).empty());
  EXPECT_EQ(parse_dotenv("A=" + std::string(100'000, '\\') + "\"").at("A").size(), 100'001U);
}

}  // namespace
}  // namespace clawvigil
