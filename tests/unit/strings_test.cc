#include "exporter/base/strings.h"

#include <gtest/gtest.h>

namespace clawvigil {
namespace {

constexpr std::string_view kBad = "\xEF\xBF\xBD";  // U+FFFD

TEST(Strings, Utf8FollowsTheStandardsTable) {
  for (const std::string_view good :
       {"", "plain", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_valid_utf8(good)) << good;
  }
  for (const std::string_view bad :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xE2\x82", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF",
        "ok\xFF"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
  }
}

TEST(Strings, SanitizeReplacesMalformedBytesAndControls) {
  EXPECT_EQ(sanitize("a\nb"), "a" + std::string(kBad) + "b");
  EXPECT_EQ(sanitize(std::string_view("\0", 1)), kBad);
  EXPECT_EQ(sanitize("\x7F"), kBad);
  EXPECT_EQ(sanitize("\xC2\x85"), kBad);  // C1 control, one character
  EXPECT_EQ(sanitize("\xC2\xA0"), "\xC2\xA0");
  EXPECT_EQ(sanitize("\xE2\x82"), std::string(kBad) + std::string(kBad));
  EXPECT_EQ(sanitize("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
}

TEST(Strings, SanitizeIsBoundedAndNeverSplitsACharacter) {
  const std::string umlauts = "\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC";
  EXPECT_EQ(sanitize(umlauts, 10), umlauts);
  EXPECT_EQ(sanitize(umlauts, 9), "\xC3\xBC\xC3\xBC\xC3\xBC\xE2\x80\xA6");
  EXPECT_EQ(sanitize(umlauts, 8), "\xC3\xBC\xC3\xBC\xE2\x80\xA6");
  EXPECT_EQ(sanitize("abc", 3), "abc");
  EXPECT_EQ(sanitize("abcd", 3), "\xE2\x80\xA6");
  EXPECT_EQ(sanitize("abc", 2), "");
  for (std::size_t bound = 0; bound < 40; ++bound) {
    const std::string out = sanitize("a\xFF\xF0\x9F\x98\x80\n\xE2\x82\xAC\xC3\xBC tail", bound);
    EXPECT_LE(out.size(), bound);
    EXPECT_TRUE(is_valid_utf8(out));
  }
}

TEST(Strings, HtmlIsEscaped) {
  EXPECT_EQ(escape_html(R"(<a href="x" id='y'>&)"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
}

TEST(Strings, TrimSplitJoinLower) {
  EXPECT_EQ(trim(" \t\r\n a b \v\f"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(split("a,,b,", ','), (Parts{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), Parts{""});
  EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
  EXPECT_EQ(join({"", "b"}, ","), ",b");
  EXPECT_EQ(join({}, ","), "");
  EXPECT_EQ(to_lower_ascii("AbZ[\xC3\x9C"), "abz[\xC3\x9C");
}

TEST(Strings, ClosestFindsTyposOnly) {
  const std::vector<std::string_view> names{"listeners", "ssh", "fail2ban"};
  EXPECT_EQ(closest("listners", names), "listeners");
  EXPECT_EQ(closest("ssh", names), "ssh");
  EXPECT_EQ(closest("shs", names), "");
  EXPECT_EQ(closest("firewall", names), "");
  EXPECT_EQ(closest("", names), "");
  EXPECT_EQ(closest(std::string(1000, 'x'), names), "");
}

}  // namespace
}  // namespace clawvigil
