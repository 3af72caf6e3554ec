#include "collectors/parse/sshd_config.h"

#include <gtest/gtest.h>

#include "collectors/parse/authorized_keys.h"
#include "collectors/parse/sshd_exposure.h"
#include "collectors/parse/wildcard.h"

namespace clawvigil {
namespace {

Result<std::vector<std::string>> no_file(std::string_view /*pattern*/) {
  return std::vector<std::string>();
}

std::vector<SshdLine> lines_of(std::string_view text) {
  auto lines = parse_sshd_lines(text, no_file);
  if (!lines) ADD_FAILURE() << lines.error().message;
  return lines.value_or(std::vector<SshdLine>());
}

TEST(SshdLines, AreTakenApartAsSshdDoes) {
  const auto lines = lines_of(
      "\n# comment\n  \t\nPort=22\r\n\tAllowUsers \"a b\" c\\ d 'e' # not f\nBANNER = x#y\n");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].keyword, "port");
  EXPECT_EQ(lines[0].arguments, std::vector<std::string>{"22"});
  EXPECT_EQ(lines[1].arguments, (std::vector<std::string>{"a b", "c d", "e"}));
  EXPECT_EQ(lines[1].number, 5U);
  EXPECT_EQ(lines[2].keyword, "banner");
  EXPECT_EQ(lines[2].arguments, std::vector<std::string>{"x#y"});
}

TEST(SshdLines, RefuseWhatSshdRefuses) {
  for (const char* text : {"Port\n", "Banner \"open\n", "Include\n"}) {
    const auto lines = parse_sshd_lines(text, no_file);
    ASSERT_FALSE(lines) << text;
    EXPECT_EQ(lines.error().code, Errc::parse);
  }
}

TEST(SshdLines, AnIncludeOfItselfEnds) {
  const std::string text = "Include self\nPort 22\n";
  const auto lines = parse_sshd_lines(
      text, [&](std::string_view) -> Result<std::vector<std::string>> { return {{text}}; });
  ASSERT_FALSE(lines);
  EXPECT_EQ(lines.error().code, Errc::parse);
  const auto many =
      parse_sshd_lines(text, [&](std::string_view) -> Result<std::vector<std::string>> {
        return std::vector<std::string>(kMaxSshdFiles + 1);
      });
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, Errc::too_large);
}

TEST(SshdPattern, Matches) {
  EXPECT_TRUE(matches_pattern("walter", "w*t?r"));
  EXPECT_TRUE(matches_pattern("", "*"));
  EXPECT_FALSE(matches_pattern("walter", "walte"));
  // Takes no time, however it is made.
  EXPECT_FALSE(matches_pattern(std::string(4'000, 'a'), std::string("*a*a*a*a*a*a*a*a*b")));
  EXPECT_EQ(match_list("root", "*,!root"), ListMatch::negated);
  EXPECT_EQ(match_list("backup", "*,!root"), ListMatch::yes);
  EXPECT_EQ(match_list("backup", "!root"), ListMatch::none);
}

TEST(SshdPattern, MatchesAddresses) {
  EXPECT_EQ(match_address_list("10.1.2.3", "192.0.2.0/24,10.0.0.0/8"), ListMatch::yes);
  EXPECT_EQ(match_address_list("10.1.2.3", "10.*,!10.1.2.3"), ListMatch::negated);
  EXPECT_EQ(match_address_list("2001:db8::1", "2001:db8::/32"), ListMatch::yes);
  EXPECT_EQ(match_address_list("2001:db8::1", "0.0.0.0/0"), ListMatch::none);
  EXPECT_EQ(match_address_list("10.1.2.3", "10.0.0.1/8").error().code, Errc::parse);
  EXPECT_EQ(match_address_list("10.1.2.3", "10.0.0.0/33").error().code, Errc::parse);
}

TEST(SshdSettings, AnyMethodIsSaidOrLeftOut) {
  const auto lines = lines_of("AuthenticationMethods any\n");
  EXPECT_TRUE(password_suffices(*sshd_settings(lines, nullptr)));
  EXPECT_TRUE(password_suffices(SshdSettings()));
}

TEST(SshdSettings, KeyFilesOfAnAccount) {
  SshdSettings settings;
  settings.key_files = {"/etc/keys/%u.pub", ".ssh/%U", "%h/%%x", "none"};
  EXPECT_EQ(key_files_of(settings, "walter", 1000, "/home/walter"),
            (std::vector<std::string>{"/etc/keys/walter.pub", "/home/walter/.ssh/1000",
                                      "/home/walter/%x"}));
  settings.key_files = {".ssh/authorized_keys"};
  EXPECT_EQ(key_files_of(settings, "sync", 4, "/"),
            std::vector<std::string>{"/.ssh/authorized_keys"});
}

TEST(SshdExposure, HasABound) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "Match Address 10.0." + std::to_string(i) + ".0/24\n";
  text += "Match User x\n";
  std::vector<SshdAccount> accounts;
  for (int i = 0; i < 200; ++i) accounts.push_back({"u" + std::to_string(i), {}, false});
  const auto exposure = sshd_exposure(lines_of(text), accounts);
  ASSERT_FALSE(exposure);
  EXPECT_EQ(exposure.error().code, Errc::too_large);
}

TEST(AuthorizedKeys, AreOptionsTypeAndKey) {
  const auto keys = parse_authorized_keys(
      "# x\n\n ssh-ed25519 AAAA me@laptop\n"
      "from=\"10.0.0.0/8\",command=\"echo \\\"a b\\\"\" ssh-rsa\tBBBB\n"
      "restrict sk-ssh-ed25519@openssh.com CCCC c c\nssh-rsa\nfoo bar baz\n");
  EXPECT_EQ(keys,
            (std::vector<std::string>{
                "ssh-ed25519 AAAA", "from=\"10.0.0.0/8\",command=\"echo \\\"a b\\\"\" ssh-rsa BBBB",
                "restrict sk-ssh-ed25519@openssh.com CCCC"}));
}

}  // namespace
}  // namespace clawvigil
