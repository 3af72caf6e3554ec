#include "exporter/cli/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "collectors/registry.h"
#include "exporter/base/version.h"
#include "exporter/cli/arguments.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/help.h"
#include "exporter/cli/settings.h"

namespace clawvigil::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::array kCollectors{
    config::CollectorChoice{"listeners", "Sockets in LISTEN state.", true},
    config::CollectorChoice{"usage", "Tokens and cost.", false},
};

std::expected<Arguments, std::string> parse(const std::vector<std::string>& words) {
  return parse_arguments(words, kCollectors, "/work dir");
}

Config configured(const std::vector<std::string>& words, Config config = {}) {
  const auto arguments = parse(words);
  if (arguments) {
    apply(arguments->overrides, config);
  } else {
    ADD_FAILURE() << arguments.error();
  }
  return config;
}

std::string refusal(const std::vector<std::string>& words) {
  const auto arguments = parse(words);
  return arguments ? "accepted" : arguments.error();
}

TEST(Arguments, Commands) {
  const std::pair<std::vector<std::string>, Command> cases[] = {
      {{}, Command::serve},
      {{"serve"}, Command::serve},
      {{"config", "sample"}, Command::config_sample},
      {{"config", "check"}, Command::config_check},
      {{"config", "check", "a.yml"}, Command::config_check},
      {{"metrics"}, Command::metrics},
      {{"--version"}, Command::version},
      {{"--help"}, Command::help},
      {{"-h"}, Command::help},
      {{"serve", "--help"}, Command::help},
      {{"config", "check", "--help"}, Command::help},
  };
  for (const auto& [words, command] : cases) {
    const auto arguments = parse(words);
    ASSERT_TRUE(arguments) << arguments.error();
    EXPECT_EQ(arguments->command, command) << testing::PrintToString(words);
  }
}

TEST(Arguments, OfCheck) {
  const auto given = parse({"check", "--explain=GatewayDown", "--sarif", "--color=always"});
  ASSERT_TRUE(given);
  EXPECT_EQ(given->given.explain, "GatewayDown");
  EXPECT_TRUE(given->given.sarif);
  EXPECT_TRUE(shows_colours(-1, given->colours));
  EXPECT_FALSE(shows_colours(-1, parse({"check", "--color=never"})->colours));
  EXPECT_EQ(parse({"--color=auto", "check"})->colours, ColourChoice::automatic);
}

TEST(Arguments, EveryFlagBothWaysBeforeAndAfterTheCommand) {
  const std::vector<std::string> flags{"--web.listen-address=127.0.0.2:1",
                                       "--web.telemetry-path=/m",
                                       "--web.config.file=/w.yml",
                                       "--web.enable-lifecycle",
                                       "--web.allow-gateway-user",
                                       "--web.allowed-host=a.example",
                                       "--web.allowed-host=b.example",
                                       "--openclaw.home=/home/a/.openclaw",
                                       "--openclaw.home=/home/b/.openclaw",
                                       "--storage.path=/s",
                                       "--path.rootfs=/host",
                                       "--log.level=warn",
                                       "--log.format=json",
                                       "--collector.usage",
                                       "--no-collector.listeners",
                                       "--collector.disable-defaults"};
  std::vector<std::string> spaced;
  for (const std::string& flag : flags) {
    const std::size_t equals = flag.find('=');
    spaced.push_back(flag.substr(0, equals));
    if (equals != std::string::npos) spaced.push_back(flag.substr(equals + 1));
  }
  auto after = spaced;
  after.insert(after.begin(), "serve");
  auto before = spaced;
  before.push_back("serve");
  for (const auto& words : {flags, spaced, after, before}) {
    const Config config = configured(words);
    EXPECT_EQ(config.web.listen_address, "127.0.0.2:1");
    EXPECT_EQ(config.web.telemetry_path, "/m");
    EXPECT_EQ(config.web.auth_file, "/w.yml");
    EXPECT_TRUE(config.web.enable_lifecycle);
    EXPECT_TRUE(config.web.allow_gateway_user);
    EXPECT_THAT(config.web.allowed_hosts, ElementsAre("a.example", "b.example"));
    EXPECT_THAT(config.openclaw.homes, ElementsAre("/home/a/.openclaw", "/home/b/.openclaw"));
    EXPECT_EQ(config.storage_path, "/s");
    EXPECT_EQ(config.rootfs, "/host");
    EXPECT_EQ(config.log.level, log::Level::warn);
    EXPECT_EQ(config.log.format, log::Format::json);
    EXPECT_THAT(config.collectors.enabled, ElementsAre("usage"));
    EXPECT_THAT(config.collectors.disabled, ElementsAre("listeners"));
    EXPECT_TRUE(config.collectors.disable_defaults);
  }
}

TEST(Arguments, FlagsWinOverTheFile) {
  Config file;
  file.web.enable_lifecycle = true;
  file.openclaw.homes = {"/from/file"};
  file.log.level = log::Level::debug;
  file.collectors.enabled = {"usage"};
  file.collectors.disabled = {"listeners"};
  const Config config = configured({"--no-web.enable-lifecycle", "--openclaw.home=/from/flag",
                                    "--no-collector.usage", "--collector.listeners"},
                                   file);
  EXPECT_FALSE(config.web.enable_lifecycle);
  EXPECT_THAT(config.openclaw.homes, ElementsAre("/from/flag"));
  EXPECT_EQ(config.log.level, log::Level::debug);
  EXPECT_THAT(config.collectors.enabled, ElementsAre("listeners"));
  EXPECT_THAT(config.collectors.disabled, ElementsAre("usage"));
}

TEST(Arguments, RelativePathsAreTakenFromTheCurrentDirectory) {
  EXPECT_EQ(configured({"--storage.path=./state"}).storage_path, "/work dir/state");
  EXPECT_EQ(parse({"--config.file=a.yml"})->config_file, "/work dir/a.yml");
  EXPECT_EQ(parse({"config", "check", "a.yml"})->config_file, "/work dir/a.yml");
  EXPECT_EQ(parse({})->config_file, std::nullopt);
}

TEST(Arguments, ErrorsSayWhatWasMeant) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"--web.lisen-address=127.0.0.1:1"},
       "unknown flag --web.lisen-address; did you mean --web.listen-address?"},
      {{"serve", "--web.lisen-address", "127.0.0.1:1"}, "unknown flag --web.lisen-address"},
      {{"--wibble"}, "unknown flag --wibble (see clawvigil --help)"},
      {{"-x"}, "unknown flag -x"},
      {{"--collector.listener"},
       "unknown collector \"listener\"; did you mean listeners? (valid: listeners, usage)"},
      {{"--no-collector.cpu"}, "unknown collector \"cpu\" (valid: listeners, usage)"},
      {{"metric"},
       "unknown command \"metric\"; did you mean metrics? (valid: serve, check, spend, metrics, "
       "probe, "
       "backup-tested, config, rules, notify, silence, accept)"},
      {{"config"}, "config needs a command: sample, check"},
      {{"config", "chek"}, "unknown command \"chek\"; did you mean check? (valid: sample, check)"},
      {{"config", "check", "a", "b"}, "unknown command \"b\""},
      {{"config", "check", "a", "--config.file=b"}, "not both"},
      {{"metrics", "serve"}, "serve"},
      {{"--web.listen-address=0.0.0.0:9842"},
       "--web.listen-address: found \"0.0.0.0:9842\", expected an IPv4 loopback address"},
      {{"--log.level=trace"},
       "--log.level: found \"trace\", expected one of debug, info, warn, error"},
      {{"--log.level"}, "--log.level"},
      {{"--log.level="}, "--log.level"},
      {{"--log.level=info", "--log.level=warn"}, "--log.level is given more than once"},
      {{"--openclaw.home=/a", "--openclaw.home=/a"}, "--openclaw.home: \"/a\" is given twice"},
      {{"--web.enable-lifecycle=maybe"}, "--web.enable-lifecycle"},
      {{"--color=blue"}, "--color: found \"blue\", expected auto, always or never"},
      {{std::string("--\x1B[2J\n") + std::string(1000, 'x')}, "unknown flag"},
  };
  for (const auto& [words, expected] : cases) {
    const std::string message = refusal(words);
    EXPECT_THAT(message, HasSubstr(expected)) << testing::PrintToString(words);
    EXPECT_EQ(message.find_first_of("\n\x1B"), std::string::npos) << message;
    EXPECT_LT(message.size(), 400U);
  }
}

TEST(Arguments, HelpNamesEveryFlagAndCollector) {
  const std::string text = help_text(kCollectors);
  for (const config::Key& key : config::keys()) {
    EXPECT_THAT(text, HasSubstr(std::string(key.flag))) << key.path;
  }
  for (const auto& collector : kCollectors) EXPECT_THAT(text, HasSubstr(collector.name));
  EXPECT_THAT(text, HasSubstr("--web.listen-address=ADDRESS (default: 127.0.0.1:9842)"));
  EXPECT_THAT(text, HasSubstr(kDefaultConfigFile));
  EXPECT_THAT(help_text(kCollectors, "notify log"),
              testing::AllOf(StartsWith("  notify log [NAME]"), HasSubstr("--limit=N"),
                             HasSubstr("Exit codes"), Not(HasSubstr("notify test"))));
  EXPECT_THAT(
      help_text(kCollectors, "notify"),
      testing::AllOf(HasSubstr("notify log"), HasSubstr("notify test"), Not(HasSubstr("--web."))));
  for (const char* const list : {"rules list", "silence list", "accept list"}) {
    EXPECT_THAT(help_text(kCollectors, list), HasSubstr(" [--json] ")) << list;
  }
  EXPECT_EQ(help_text(kCollectors, "serve"), text);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 90U) << line;
}

class SettingsFile : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = testing::TempDir() + "clawvigil-cli-" + std::to_string(::getpid());
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string write(std::string_view text) const {
    const std::string path = directory_ + "/clawvigil.yml";
    std::ofstream(path) << text;
    return path;
  }
  std::string directory_;
};

TEST_F(SettingsFile, FileThenFlags) {
  const std::string path = write("log: {level: debug, format: json}\n");
  const auto settings =
      read_settings(*parse({"--config.file=" + path, "--log.level=error"}), kCollectors);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->source, path);
  EXPECT_EQ(settings->config.log.level, log::Level::error);
  EXPECT_EQ(settings->config.log.format, log::Format::json);
}

TEST_F(SettingsFile, ProblemsNameTheFile) {
  const std::string path = write("log: {level: x}\nfoo: 1\n");
  const auto settings = read_settings(*parse({"config", "check", path}), kCollectors);
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error(),
              ElementsAre(StartsWith(path + ":1:14: "), StartsWith(path + ":2:1: ")));
}

TEST_F(SettingsFile, ANamedFileMustExistAndBeAFile) {
  for (const std::string& path : {directory_ + "/none.yml", directory_}) {
    const auto settings = read_settings(*parse({"--config.file", path}), kCollectors);
    ASSERT_FALSE(settings);
    EXPECT_THAT(settings.error(), ElementsAre(HasSubstr(path)));
  }
}

TEST_F(SettingsFile, TooLargeIsRefused) {
  const std::string path = write(std::string(std::size_t{2} << 20, '#'));
  EXPECT_FALSE(read_settings(*parse({"--config.file", path}), kCollectors));
}

int check_config(const Arguments& arguments, std::span<const config::CollectorChoice> choices,
                 std::ostream& out, std::ostream& err) {
  const SystemClock clock;
  return config_check(
      {.arguments = arguments, .collectors = choices, .clock = clock, .out = out, .err = err});
}

TEST_F(SettingsFile, CheckSaysWhatWasUnderstood) {
  const std::string path = write("openclaw: {homes: [/srv/claw]}\ncollectors: {usage: false}\n");
  const std::vector<std::string> words{"config", "check", path};
  const std::array<config::CollectorChoice, 1> choices{
      config::CollectorChoice{"usage", "Tokens.", true}};
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(check_config(*parse_arguments(words, choices, "/"), choices, out, err), 0);
  EXPECT_THAT(out.str(), StartsWith("configuration is valid: " + path + "\n"));
  EXPECT_THAT(out.str(), HasSubstr("http://127.0.0.1:9842/metrics\n"));
  EXPECT_THAT(out.str(), HasSubstr("/srv/claw\n"));
  EXPECT_THAT(out.str(), HasSubstr("switched off     usage\n"));
  EXPECT_THAT(err.str(), IsEmpty());
}

TEST_F(SettingsFile, CheckFailsWithTwoAndOneLinePerProblem) {
  const std::vector<std::string> words{"config", "check", write("a: 1\nb: 2\n")};
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(check_config(*parse_arguments(words, kCollectors, "/"), kCollectors, out, err), 2);
  EXPECT_THAT(out.str(), IsEmpty());
  EXPECT_EQ(std::ranges::count(err.str(), '\n'), 2);
  EXPECT_THAT(err.str(), StartsWith("clawvigil: "));
}

// run() itself, as main() calls it.
int run_words(std::vector<std::string> words) {
  words.insert(words.begin(), "clawvigil");
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  return run(static_cast<int>(pointers.size()), pointers.data());
}

TEST(Run, VersionHelpAndWrongUsage) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_words({"--version"}), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              StartsWith("clawvigil, version " + std::string(version()) + " (revision "));
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_words({"--help"}), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("Usage: clawvigil"));
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_words({"--frobnicate"}), 2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "clawvigil: unknown flag --frobnicate (see clawvigil --help)\n");
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_words({"--config.file=/nonexistent/clawvigil.yml"}), 2);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("/nonexistent/clawvigil.yml"));
}

TEST(Run, SampleOfAllCollectorsIsValid) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_words({"config", "sample"}), 0);
  const std::string path = testing::TempDir() + "clawvigil-sample-" + std::to_string(::getpid());
  std::ofstream(path) << testing::internal::GetCapturedStdout();
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_words({"config", "check", path}), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("switched off     none\n"));
  std::filesystem::remove(path);
}

TEST(Registry, SelfIsAlwaysOnAndChoicesWin) {
  EXPECT_EQ(collector_infos().front(), &kSelfInfo);
  const CollectorInfo on{
      .name = "on", .summary = "", .interval = {}, .deadline = {}, .max_age = {}, .metrics = {}};
  CollectorInfo off = on;
  off.name = "off";
  off.enabled_by_default = false;
  CollectorsConfig config;
  EXPECT_TRUE(is_enabled(on, config));
  EXPECT_FALSE(is_enabled(off, config));
  config.enabled = {"off"};
  config.disable_defaults = true;
  EXPECT_FALSE(is_enabled(on, config));
  EXPECT_TRUE(is_enabled(off, config));
  EXPECT_TRUE(is_enabled(kSelfInfo, config));
  config = {};
  config.disabled = {"on"};
  EXPECT_FALSE(is_enabled(on, config));
  for (const CollectorInfo* const info : optional_collector_infos()) {
    config.disabled.emplace_back(info->name);
  }
  EXPECT_EQ(enabled_collectors(config, {}).size(), 1U);
  EXPECT_EQ(enabled_collectors({}, {}).size(), collector_infos().size());
}

}  // namespace
}  // namespace clawvigil::cli
