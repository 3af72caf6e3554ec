// A real fail2ban with jails and a database of its own, and its client as judge of configurations.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <regex>
#include <thread>

#include "collectors/fail2ban.h"
#include "collectors/fail2ban_settings.h"
#include "collectors/parse/fail2ban_seconds.h"
#include "tests/support/collector_harness.h"
#include "tests/support/program.h"

namespace clawvigil {
namespace {

using namespace std::chrono_literals;
using test::value;

constexpr const char* kServer = "fail2ban-server";

// Runs the client to its end and returns what it printed.
std::string client(const test::TempDir& directory, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "fail2ban-client");
  const std::string log = directory / "client.out";
  test::start_program(std::move(arguments), log)->wait();
  return test::read_all(log);
}

// Two jails that read files here and ban by doing nothing.
class Fail2banServer : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_program(kServer)) GTEST_SKIP() << "SKIPPED: no fail2ban (package fail2ban)";
    harness_.clock.set_wall(SystemClock().now().wall);
    const std::string at = directory_.path();
    directory_.write("c/fail2ban.conf", "[DEFAULT]\nloglevel = INFO\nlogtarget = " + at +
                                            "/f.log\nsocket = " + at + "/s\npidfile = " + at +
                                            "/pid\ndbfile = " + at +
                                            "/db/f.sqlite3\n[Definition]\n");
    directory_.write("c/jail.conf",
                     "[DEFAULT]\nbackend = polling\nbantime = 10m\nfindtime = 10m\nmaxretry = 3\n"
                     "action = none\nfilter = test\nignoreself = false\nenabled = true\n"
                     "[one]\nlogpath = " +
                         at +
                         "/one.log\n"
                         "[two]\nbantime = -1\nmaxretry = 2\nlogpath = " +
                         at +
                         "/two.log\n"
                         "[off]\nenabled = false\n");
    directory_.write("c/filter.d/test.conf", "[Definition]\nfailregex = ^ *Failed from <HOST>$\n");
    directory_.write("c/action.d/none.conf", "[Definition]\nactionban =\nactionunban =\n");
    directory_.write("one.log", "");
    directory_.write("two.log", "");
    std::filesystem::create_directory(directory_ / "db");
    collector_ = make_fail2ban_collector(directory_ / "c");
  }

  void start() {
    const std::string at = directory_.path();
    server_ = test::start_program(
        {kServer, "-f", "-c", at + "/c", "-s", at + "/s", "-p", at + "/pid", "start"}, at + "/out");
    EXPECT_TRUE(eventually([&] {
      const Batch batch = run();
      return is(batch, "clawvigil_fail2ban_jail_enabled", "one", 1) &&
             is(batch, "clawvigil_fail2ban_jail_enabled", "two", 1);
    })) << test::read_all(at + "/out");
  }
  void stop(int signal) {
    server_->signal(signal);
    server_->wait();
  }
  void fail_from(const std::string& log, const std::string& address, int times) {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> time{};
    std::strftime(time.data(), time.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    for (int i = 0; i < times; ++i) {
      directory_.append(log, std::string(time.data()) + " Failed from " + address + "\n");
    }
  }
  Batch run() { return harness_.run(*collector_); }
  static bool is(const Batch& batch, std::string_view family, const std::string& jail,
                 double expected) {
    return test::has(batch, family, {jail}) && value(batch, family, {jail}) == expected;
  }
  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < deadline) {
      if (condition()) return true;
      std::this_thread::sleep_for(50ms);
    }
    return false;
  }
  bool reaches(std::string_view family, const std::string& jail, double expected) {
    const bool reached = eventually([&] { return is(run(), family, jail, expected); });
    EXPECT_TRUE(reached) << family << " of " << jail << " is not " << expected;
    return reached;
  }

  test::TempDir directory_;
  test::CollectorHarness harness_;
  std::unique_ptr<Collector> collector_;
  std::unique_ptr<test::ChildProcess> server_;
};

constexpr std::string_view kBanned = "clawvigil_fail2ban_banned_current";
constexpr std::string_view kBans = "clawvigil_fail2ban_bans_total";
constexpr std::string_view kFailures = "clawvigil_fail2ban_failures_total";

TEST_F(Fail2banServer, BansUnbansExpiryAndRestart) {
  start();
  fail_from("one.log", "198.51.100.1", 3);
  fail_from("one.log", "198.51.100.2", 3);
  fail_from("two.log", "2001:db8::7", 2);
  reaches(kBans, "one", 2);
  reaches(kBans, "two", 1);
  Batch batch = run();
  EXPECT_EQ(value(batch, kFailures, {"one"}), 6);
  EXPECT_EQ(value(batch, kFailures, {"two"}), 2);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_up"), 1);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_bantime_seconds", {"two"}), -1);
  EXPECT_FALSE(test::has(batch, "clawvigil_fail2ban_jail_enabled", {"off"}));
  reaches(kBanned, "one", 2);
  reaches(kBanned, "two", 1);

  client(directory_, {"-s", directory_ / "s", "set", "one", "unbanip", "198.51.100.2"});
  reaches(kBanned, "one", 1);

  stop(SIGTERM);
  batch = run();
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_up"), 0);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_enabled", {"one"}), 0);
  start();
  EXPECT_TRUE(eventually([&] {  // the bans are given back, which the log tells as well
    return test::read_all(directory_ / "f.log").find("[two] Restore Ban") != std::string::npos &&
           test::read_all(directory_ / "f.log").find("[one] Restore Ban") != std::string::npos;
  }));
  batch = run();
  EXPECT_EQ(value(batch, kBans, {"one"}), 2);
  EXPECT_EQ(value(batch, kBans, {"two"}), 1);
  EXPECT_EQ(value(batch, kBanned, {"one"}), 1);

  harness_.clock.advance(11min);
  batch = run();
  EXPECT_EQ(value(batch, kBanned, {"one"}), 0);
  EXPECT_EQ(value(batch, kBanned, {"two"}), 1);

  stop(SIGKILL);  // leaves its pid file and says nothing
  EXPECT_EQ(value(run(), "clawvigil_fail2ban_up"), 0);
}

TEST_F(Fail2banServer, ThreeThousandBans) {
  start();
  std::vector<std::string> command{"-s", directory_ / "s", "set", "two", "banip"};
  for (int i = 0; i < 3'000; ++i) {
    command.push_back("10." + std::to_string(i / 65'536) + "." + std::to_string(i / 256 % 256) +
                      "." + std::to_string(i % 256));
  }
  client(directory_, std::move(command));
  reaches(kBans, "two", 3'000);
  reaches(kBanned, "two", 3'000);
  stop(SIGTERM);
}

// What the client would send to the server: jail to option to value.
using Commands = std::map<std::string, std::map<std::string, std::string>>;

Commands commands_of(const std::string& dump) {
  static const std::regex add(R"(\['add', '([^']*)')");
  static const std::regex set(R"(\['set', '([^']*)', '(maxretry|findtime|bantime)', '?([^'\]]*))");
  Commands commands;
  for (std::sregex_iterator it(dump.begin(), dump.end(), add), end; it != end; ++it) {
    commands[(*it)[1]];
  }
  for (std::sregex_iterator it(dump.begin(), dump.end(), set), end; it != end; ++it) {
    commands[(*it)[1]][(*it)[2]] = (*it)[3];
  }
  return commands;
}

void expect_limit(const std::map<std::string, std::string>& theirs, const std::string& option,
                  const std::optional<double>& ours) {
  const auto found = theirs.find(option);
  ASSERT_EQ(found != theirs.end(), ours.has_value()) << option;
  if (!ours) return;
  EXPECT_EQ(fail2ban_seconds(found->second), ours) << option << " " << found->second;
}

std::string generated_file(std::mt19937& random, int number) {
  const auto any = [&](auto... choices) {
    const std::array<std::string, sizeof...(choices)> list{choices...};
    return list[random() % list.size()];
  };
  std::string text = any("", "# comment\n", "; comment\n", "\n");
  for (const char* const section : {"DEFAULT", "one", "two", "DEFAULT", "three"}) {
    if (number > 0 && random() % 3 == 0) continue;
    if (text.find("[" + std::string(section)) != std::string::npos) continue;
    text += "[" + std::string(section) + any("]\n", "] ; why\n", "]\n\n");
    if (random() % 2 == 0)
      text += "maxretry" + any(" = ", "=", ": ") + any("3", "5", "07", "12 ; x");
    text += "\n";
    if (random() % 2 == 0)
      text += any("bantime", "BanTime") + " = " + any("10m", "1h 30m", "-1", "1d12h");
    text += "\n";
    const bool named = std::string_view(section) != "DEFAULT";
    if (named && random() % 2 == 0)
      text += "findtime = " +
              any("%(bantime)s", "%(known/findtime)s0", "%(default/findtime)s", "%(one/findtime)s");
    text += any("\n", "\n# comment\n", "\n  ; comment\n");
    if (named) text += "enabled = " + any("true", "1", "on", "no", "True", "%(__name__)s") + "\n";
    if (random() % 3 == 0) text += "logpath = /var/none\n  ; comment\n     /var/other\n";
  }
  return text;
}

TEST(Fail2banConfiguration, IsReadAsFail2banReadsIt) {
  if (!test::has_program("fail2ban-client"))
    GTEST_SKIP() << "SKIPPED: no fail2ban (package fail2ban)";
  const auto root = host::Root::open("/");
  std::mt19937 random(20261122);
  std::size_t jails = 0;
  for (int round = 0; round < 16; ++round) {
    SCOPED_TRACE(round);
    const test::TempDir directory;
    directory.write("fail2ban.conf", "[Definition]\n");
    directory.write("filter.d/test.conf", "[Definition]\nfailregex = ^x <HOST>$\n");
    directory.write("action.d/none.conf", "[Definition]\nactionban =\n");
    directory.write("jail.conf", "[INCLUDES]\nbefore = common.conf\n" + generated_file(random, 0));
    directory.write("common.conf",
                    "[DEFAULT]\nfilter = test\naction = none\nbackend = polling\nmaxretry = 9\n"
                    "bantime = 9m\nfindtime = 9m\nlogpath =\n");
    if (round % 2 == 0) directory.write("common.local", "[DEFAULT]\nfindtime = 8m\n");
    directory.write("jail.d/b.conf", generated_file(random, 1));
    directory.write("jail.d/a.conf", generated_file(random, 2));
    directory.write("jail.local", generated_file(random, 3));
    directory.write("jail.d/z.local", generated_file(random, 4));
    const std::string dump = client(directory, {"-c", directory.path(), "-d"});
    const Commands theirs = commands_of(dump);
    const auto ours = read_fail2ban_settings(*root, directory.path());
    ASSERT_TRUE(ours) << ours.error().message;
    if (dump.find("stream failed") != std::string::npos) {  // a value refers to itself
      EXPECT_TRUE(std::ranges::any_of(ours->jails, [](const Fail2banJail& jail) {
        return jail.enabled && (!jail.max_retry || !jail.find_time || !jail.ban_time);
      })) << dump;
      continue;
    }
    for (const Fail2banJail& jail : ours->jails) {
      SCOPED_TRACE(jail.name);
      const auto found = theirs.find(jail.name);
      ASSERT_EQ(found != theirs.end(), jail.enabled) << dump;
      if (!jail.enabled) continue;
      ++jails;
      EXPECT_EQ(jail.filter, "test");
      expect_limit(found->second, "maxretry", jail.max_retry);
      expect_limit(found->second, "findtime", jail.find_time);
      expect_limit(found->second, "bantime", jail.ban_time);
    }
  }
  EXPECT_GT(jails, 10U);
}

TEST(Fail2banConfiguration, TimesMeanWhatFail2banTakesThemFor) {
  if (!test::has_program("fail2ban-client"))
    GTEST_SKIP() << "SKIPPED: no fail2ban (package fail2ban)";
  const test::TempDir directory;
  for (const char* const text :
       {"600", "10m", "1d12h", "1h 30m", "-1", "24*60*60", "1w - 2 * (1 day + 12hours)", "1y",
        "6mo", "10/1m", "2 * 1h30min", "1.5h", "0", "3 hou 2 mi"}) {
    const std::string theirs = client(directory, {"--str2sec", text});
    const auto ours = fail2ban_seconds(text);
    ASSERT_TRUE(ours) << text;
    EXPECT_DOUBLE_EQ(*ours, std::stod(theirs)) << text;
  }
}

}  // namespace
}  // namespace clawvigil
