#include "collectors/parse/openclaw_document.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "collectors/parse/dotenv.h"
#include "tests/support/build_paths.h"

namespace clawvigil {
namespace {

using nlohmann::json;

std::optional<std::string> read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

Result<ConfigDocument> resolve_directory(const std::filesystem::path& directory) {
  const std::string text = read(directory / "openclaw.json").value();
  const std::string path = directory.string();
  return resolve_document({text, path, parse_dotenv(read(directory / ".env").value_or(""))},
                          [&](std::string_view relative) -> Result<std::string> {
                            auto content = read(directory / relative);
                            if (!content) return fail(Errc::not_found, std::string(relative));
                            return *content;
                          });
}

// OpenClaw leaves ${NAME} in place where we say unresolved.
void expect_same(const json& ours, const json& theirs, const std::string& path) {
  if (is_unresolved(ours)) {
    EXPECT_TRUE(theirs.is_string() && has_env_reference(theirs.get<std::string>())) << path;
    return;
  }
  ASSERT_EQ(ours.is_structured(), theirs.is_structured()) << path;
  if (!ours.is_structured()) {
    EXPECT_EQ(ours, theirs) << path;
    return;
  }
  ASSERT_EQ(ours.size(), theirs.size()) << path;
  for (const auto& [key, value] : ours.items()) {
    const json* const other = ours.is_array()        ? &theirs[std::stoul(key)]
                              : theirs.contains(key) ? &theirs[key]
                                                     : nullptr;
    ASSERT_NE(other, nullptr) << path << "." << key;
    expect_same(value, *other, path + "." + key);
  }
}

json resolve_text(std::string_view text) {
  auto result = resolve_document({text, "/home/claw/.openclaw", {{"KNOWN", "value"}}},
                                 [](std::string_view relative) -> Result<std::string> {
                                   return "{from: '" + std::string(relative) + "'}";
                                 });
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? result->root : json();
}

Error error_of(std::string_view text, const IncludeLoader& load) {
  auto result = resolve_document({text, "/home/claw/.openclaw", {}}, load);
  EXPECT_FALSE(result) << text;
  return result ? Error{} : result.error();
}

// expected.json is what the modules of OpenClaw 2026.9.6 made of the same directory.
TEST(OpenClawDocument, AgreesWithOpenClaw) {
  const std::filesystem::path root = CLAWVIGIL_SOURCE_DIR "/tests/unit/data/openclaw_document";
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    SCOPED_TRACE(entry.path().filename().string());
    const json expected = json::parse(read(entry.path() / "expected.json").value());
    const auto result = resolve_directory(entry.path());
    ASSERT_EQ(result.has_value(), expected.contains("document"))
        << (result ? expected.dump() : result.error().message);
    ++cases;
    if (!result) continue;
    expect_same(result->root, expected["document"], "");
    for (const auto& [name, value] : expected["environment"].items()) {
      EXPECT_EQ(result->environment.at(name), value.get<std::string>()) << name;
    }
  }
  EXPECT_GE(cases, 10);
}

TEST(OpenClawDocument, PathsAreRelativeToTheIncludingFileAndStayInside) {
  EXPECT_EQ(resolve_text("{$include: './a/../b.json5'}")["from"], "b.json5");
  EXPECT_EQ(resolve_text("{$include: '/home/claw/.openclaw/x/y.json5'}")["from"], "x/y.json5");
  for (const char* path :
       {"../x", "/etc/passwd", "a/../../x", "", ".", "/home/claw/.openclaw-b/x"}) {
    const Error error = error_of("{$include: '" + std::string(path) + "'}",
                                 [](std::string_view) -> Result<std::string> { return "{}"; });
    EXPECT_EQ(error.code, Errc::unsafe) << path;
  }
}

TEST(OpenClawDocument, UnknownVariablesAreMarkedNotEmptied) {
  const json root =
      resolve_text("{a: '${UNKNOWN}', b: 'x${KNOWN}', c: ['pre${UNKNOWN}'], d: '$${UNKNOWN}'}");
  EXPECT_TRUE(is_unresolved(root["a"]));
  EXPECT_TRUE(is_unresolved(root["c"][0]));
  EXPECT_EQ(root["b"], "xvalue");
  EXPECT_EQ(root["d"], "${UNKNOWN}");
}

TEST(OpenClawDocument, IncludesAreBounded) {
  const auto self = [](std::string_view) -> Result<std::string> {
    return "{$include: ['./1.json5', './2.json5', './3.json5', './4.json5']}";
  };
  EXPECT_EQ(error_of("{$include: './0.json5'}", self).code, Errc::parse);  // a cycle
  int count = 0;
  const auto endless = [&count](std::string_view) -> Result<std::string> {
    ++count;
    return "{$include: ['./" + std::to_string(count) + "a.json5', './" + std::to_string(count) +
           "b.json5']}";
  };
  EXPECT_EQ(error_of("{$include: './0.json5'}", endless).code, Errc::too_large);
  EXPECT_LT(count, 300);
  const auto large = [](std::string_view) -> Result<std::string> {
    return "'" + std::string(kMaxIncludeBytes, 'x') + "'";
  };
  EXPECT_EQ(error_of("{$include: './0.json5'}", large).code, Errc::too_large);
}

TEST(OpenClawDocument, ErrorsNameTheFileAndKeepTheLoadersReason) {
  const auto broken = [](std::string_view) -> Result<std::string> { return "{\n a: }"; };
  EXPECT_EQ(error_of("{$include: './b.json5'}", broken).message,
            "b.json5: line 2, column 5: expected a value, found '}'");
  const auto refused = [](std::string_view) -> Result<std::string> {
    return fail(Errc::unsafe, "b.json5: refused");
  };
  EXPECT_EQ(error_of("{$include: './b.json5'}", refused).code, Errc::unsafe);
  EXPECT_EQ(error_of("[]", refused).message, "openclaw.json: expected an object");
}

}  // namespace
}  // namespace clawvigil
