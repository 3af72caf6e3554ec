#include "exporter/base/json5.h"
#include "tests/support/build_paths.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace clawvigil {
namespace {

using nlohmann::json;

json must_parse(std::string_view text) {
  auto result = parse_json5(text);
  EXPECT_TRUE(result) << text << ": " << (result ? "" : result.error().message);
  return result ? *result : json();
}

std::string error_of(std::string_view text) {
  auto result = parse_json5(text);
  EXPECT_FALSE(result) << text;
  if (result) return "";
  EXPECT_EQ(result.error().code, Errc::parse);
  return result.error().message;
}

TEST(Json5, ReadsWhatOpenClawWrites) {
  const json value = must_parse(R"({
    // a comment
    gateway: { port: 18789, 'bind': "loopback", auth: { token: 'a"b', }, /* end */ },
    list: [1, .5, 5., +2, -3, 0x1F, 1e3,],
  })");
  EXPECT_EQ(value["gateway"]["port"], 18789);
  EXPECT_EQ(value["gateway"]["auth"]["token"], "a\"b");
  EXPECT_EQ(value["list"], json::parse("[1, 0.5, 5.0, 2, -3, 31, 1000.0]"));
  EXPECT_TRUE(value["list"][0].is_number_integer());
}

TEST(Json5, NumbersOutsideJson) {
  EXPECT_TRUE(std::isnan(must_parse("NaN").get<double>()));
  EXPECT_TRUE(std::isnan(must_parse("-NaN").get<double>()));
  EXPECT_EQ(must_parse("-Infinity").get<double>(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(must_parse("1e999").get<double>(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(must_parse("1e-999").get<double>(), 0.0);
  EXPECT_EQ(must_parse("0xFFFFFFFFFFFFFFFFFF").get<double>(), 4722366482869645213695.0);
  EXPECT_EQ(must_parse("9223372036854775807").get<std::int64_t>(), INT64_MAX);
  EXPECT_EQ(must_parse("9223372036854775808").get<double>(), 9223372036854775808.0);
}

TEST(Json5, StringsAndEscapes) {
  EXPECT_EQ(must_parse(R"('\x41\u00e9\uD83D\uDE00\a\'\0')").get<std::string>(),
            std::string("Aé😀a'\0", 10));
  EXPECT_EQ(must_parse("'a\\\r\nb\\\nc'"), "abc");
  EXPECT_EQ(must_parse(R"('\uD83D\uD83D\uDE00\uDE00')"), "\uFFFD😀\uFFFD");
  EXPECT_EQ(must_parse("'\u2028'"), "\u2028");
  EXPECT_EQ(must_parse("{ \\u0061b: 1, ünï$_9: 2 }"), (json{{"ab", 1}, {"ünï$_9", 2}}));
}

TEST(Json5, LastOfRepeatedKeysWins) {
  EXPECT_EQ(must_parse("{a: 1, \"a\": 2, __proto__: {x: 1}}"),
            (json{{"a", 2}, {"__proto__", {{"x", 1}}}}));
}

TEST(Json5, ErrorsSayWhereAndWhatWasExpected) {
  EXPECT_EQ(error_of("{\n  a: 1\n  b: 2\n}"), "line 3, column 3: expected ',' or '}', found 'b'");
  EXPECT_EQ(error_of("{\r\n é: }"), "line 2, column 5: expected a value, found '}'");
  EXPECT_EQ(error_of("'abc"),
            "line 1, column 5: expected the closing quote, found the end of the text");
  EXPECT_EQ(error_of(""), "line 1, column 1: expected a value, found the end of the text");
  EXPECT_EQ(error_of("[1,,2]"), "line 1, column 4: expected a value, found ','");
  EXPECT_EQ(error_of("010"),
            "line 1, column 4: expected no digit after a leading zero, found the end of the text");
  EXPECT_EQ(error_of("\xff"), "expected UTF-8 text");
  for (const char* text : {"{a}", "{,}", "[", "truex", "1x", "0x", "1e", ".", "+", "- 1", "'\\1'",
                           "'\\x1'", "/* ", "{1a: 1}", "'a\nb'", "\"a'", "1 2", "{\\u0020: 1}"}) {
    EXPECT_FALSE(error_of(text).empty()) << text;
  }
}

TEST(Json5, NestingIsBounded) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse_json5(nested(kJson5MaxDepth)));
  EXPECT_NE(error_of(nested(kJson5MaxDepth + 1)).find("levels of nesting"), std::string::npos);
  EXPECT_FALSE(error_of(std::string(1'000'000, '[')).empty());
}

// The JSON5 project's own cases: .json and .json5 are valid, .js and .txt are not.
TEST(Json5, AgreesWithTheJson5ProjectsCases) {
  const std::filesystem::path corpus =
      std::filesystem::path(CLAWVIGIL_SOURCE_DIR) / "../shared/corpora/json5-tests";
  if (!std::filesystem::exists(corpus)) {
    GTEST_SKIP() << "SKIPPED: " << corpus
                 << " is missing, the JSON5 project's cases were not replayed";
  }
  int cases = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus)) {
    const std::string kind = entry.path().extension();
    const bool valid = kind == ".json" || kind == ".json5";
    if (!entry.is_regular_file() || (!valid && kind != ".js" && kind != ".txt")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto result = parse_json5(text);
    EXPECT_EQ(result.has_value(), valid)
        << entry.path() << ": " << (result ? "accepted" : result.error().message);
    if (kind == ".json" && result) {
      EXPECT_EQ(*result, json::parse(text)) << entry.path();
    }
    ++cases;
  }
  EXPECT_GE(cases, 80);
}

}  // namespace
}  // namespace clawvigil
