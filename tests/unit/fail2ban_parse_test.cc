// The pure parsers of fail2ban's files; tests/collectors/fail2ban_server_test.cc asks fail2ban
// itself.
#include <gtest/gtest.h>

#include <string>

#include "collectors/parse/fail2ban_config.h"
#include "collectors/parse/fail2ban_log.h"
#include "collectors/parse/fail2ban_seconds.h"

namespace clawvigil {
namespace {

std::string value(const Fail2banConfig& config, std::string_view section, std::string_view option) {
  const auto result = config.value(section, option);
  if (!result) return "error: " + std::string(to_string(result.error().code));
  return result->value_or("unset");
}

Fail2banConfig merged(std::initializer_list<std::string_view> files) {
  Fail2banConfig config;
  for (const std::string_view file : files) EXPECT_TRUE(config.add(file));
  return config;
}

TEST(Fail2banConfig, LaterFilesWinAndDefaultsFillIn) {
  const auto config = merged({"[DEFAULT]\nbantime = 10m\nmaxretry = 5\n[sshd]\nport = ssh\n",
                              "[sshd]\nenabled = true\n", "[DEFAULT]\nBanTime: 1h\n"});
  EXPECT_EQ(value(config, "sshd", "bantime"), "1h");
  EXPECT_EQ(value(config, "sshd", "maxretry"), "5");
  EXPECT_EQ(value(config, "sshd", "enabled"), "true");
  EXPECT_EQ(value(config, "sshd", "findtime"), "unset");
  EXPECT_EQ(config.sections(), std::vector<std::string>{"sshd"});
}

TEST(Fail2banConfig, ReadsCommentsAndContinuationsAsPythonDoes) {
  const auto config =
      merged({"# [x]\n[a] ; section\nlogpath = /one ; comment\r\n"
              "   /two;not one\n ; none\n   /three\n\nport = 1\n"
              "not an option\n= nothing\n"});
  EXPECT_EQ(value(config, "a", "logpath"), "/one\n/two;not one\n/three");
  EXPECT_EQ(value(config, "a", "port"), "1");
}

TEST(Fail2banConfig, ExpandsReferences) {
  const auto config =
      merged({"[DEFAULT]\nmode = normal\nfilter = %(__name__)s[mode=%(mode)s]\n"
              "maxretry = 5\nmaxmatches = %(MaxRetry)s\n[sshd]\nmaxretry = 4\n"
              "percent = 100%%\n[web]\nmaxretry = %(sshd/maxretry)s\n"
              "bantime = %(default/mode)s\nbad = %(nowhere)s\nworse = %x\n",
              "[sshd]\nmaxretry = %(known/maxretry)s0\n"});
  EXPECT_EQ(value(config, "sshd", "filter"), "sshd[mode=normal]");
  EXPECT_EQ(value(config, "sshd", "maxretry"), "40");
  EXPECT_EQ(value(config, "web", "maxmatches"), "50");  // expanded for web, where nothing was known
  EXPECT_EQ(value(config, "sshd", "percent"), "100%");
  EXPECT_EQ(value(config, "web", "bantime"), "normal");
  EXPECT_EQ(value(config, "web", "bad"), "error: parse");
  EXPECT_EQ(value(config, "web", "worse"), "error: parse");
}

TEST(Fail2banConfig, LoopsAndMultiplyingReferencesFail) {
  const auto loop = merged({"[a]\nx = %(y)s\ny = %(x)s\n"});
  EXPECT_EQ(value(loop, "a", "x"), "error: parse");
  std::string text = "[a]\nv0 = 0123456789\n";
  for (int i = 1; i < 9; ++i) {
    const std::string one = "%(v" + std::to_string(i - 1) + ")s";
    text += "v" + std::to_string(i) + " = " + one + one + one + one + one + one + one + one + "\n";
  }
  EXPECT_NE(value(merged({text}), "a", "v8").find("error"), std::string::npos);
}

TEST(Fail2banConfig, BoundsItsOptions) {
  std::string text = "[a]\n";
  for (std::size_t i = 0; i <= Fail2banConfig::kMaxOptions; ++i) text += std::to_string(i) + "=1\n";
  Fail2banConfig config;
  EXPECT_EQ(config.add(text).error().code, Errc::too_large);
}

TEST(Fail2banConfig, ListsIncludes) {
  const auto includes = Fail2banConfig::includes_of(
      "[INCLUDES]\nbefore = paths-debian.conf\n  more.conf\nafter = paths-overrides.local\n");
  EXPECT_EQ(includes.before, (std::vector<std::string>{"paths-debian.conf", "more.conf"}));
  EXPECT_EQ(includes.after, std::vector<std::string>{"paths-overrides.local"});
}

TEST(Fail2banConfig, NamesTheFilter) {
  EXPECT_EQ(fail2ban_filter_name("sshd[mode=aggressive]"), "sshd");
  EXPECT_EQ(fail2ban_filter_name(" sshd "), "sshd");
  EXPECT_EQ(fail2ban_filter_name(""), "");
}

TEST(Fail2banSeconds, AreArithmetic) {
  EXPECT_EQ(fail2ban_seconds("600"), 600);
  EXPECT_EQ(fail2ban_seconds("10m"), 600);
  EXPECT_EQ(fail2ban_seconds("1d12h"), 129'600);
  EXPECT_EQ(fail2ban_seconds("1h 30m"), 5'400);
  EXPECT_EQ(fail2ban_seconds("-1"), -1);
  EXPECT_EQ(fail2ban_seconds("24*60*60"), 86'400);
  EXPECT_EQ(fail2ban_seconds("1w - 2 * (1 day + 12hours)"), 604'800 - 259'200);
  EXPECT_EQ(fail2ban_seconds("1 year - 6 mo"), 15'778'800);
  for (const char* const bad : {"", "h", "1x", "1 +", "(1", "1/0", "0x10", "__import__('os')"}) {
    EXPECT_FALSE(fail2ban_seconds(bad)) << bad;
  }
  EXPECT_FALSE(fail2ban_seconds(std::string(300, '1')));
}

std::string event(std::string_view line) {
  const auto found = parse_fail2ban_line(line);
  if (!found) return "none";
  const bool ban = found->kind == Fail2banEvent::Kind::ban;
  return (ban ? "ban " : "failure ") + std::string(found->jail);
}

TEST(Fail2banLog, CountsFailuresAndNewBansOnly) {
  const std::string time = "2026-11-22 07:57:42,470 ";
  const std::string filter = time + "fail2ban.filter         [4196]: ";
  const std::string actions = time + "fail2ban.actions        [4288]: ";
  EXPECT_EQ(event(filter + "INFO    [sshd] Found 198.51.100.1 - 2026-11-22 07:57:41"),
            "failure sshd");
  EXPECT_EQ(event(actions + "NOTICE  [web] Ban 2001:db8::7"), "ban web");
  EXPECT_EQ(event(actions + "NOTICE  [web] Restore Ban 2001:db8::7"), "none");
  EXPECT_EQ(event(actions + "NOTICE  [sshd] Unban 198.51.100.2"), "none");
  EXPECT_EQ(event(actions + "NOTICE  [sshd] 198.51.100.1 already banned"), "none");
  EXPECT_EQ(event(time + "fail2ban.observer       [4196]: NOTICE  [sshd] Ban 1"), "none");
  EXPECT_EQ(event(filter + "INFO    Added logfile: '[sshd] Found 198.51.100.1'"), "none");
  EXPECT_EQ(event("[sshd] Found 198.51.100.1"), "none");
  EXPECT_EQ(event(""), "none");
}

}  // namespace
}  // namespace clawvigil
