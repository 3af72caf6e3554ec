#include "exporter/cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <filesystem>

#include "exporter/base/strings.h"

namespace clawvigil::cli {

namespace {

using config::CollectorChoice;
using config::Key;

constexpr std::size_t kShownBytes = 80;

std::string absolute(const std::string& path, const std::string& directory) {
  if (path.empty()) return path;
  return (std::filesystem::path(directory) / path).lexically_normal().string();
}

// CLI11 fills the members; they must not move while it parses.
class Parser {
 public:
  Parser(std::span<const CollectorChoice> collectors, const std::string& directory)
      : collectors_(collectors), directory_(directory) {
    app_.set_help_flag("--help,-h", "");
    app_.set_version_flag("--version", "");
    app_.allow_extras();
    add_flags();
    commands_.add_to(app_);
    app_.require_subcommand(0, 1);
  }

  std::expected<Arguments, std::string> parse(std::span<const std::string> arguments) {
    try {
      app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
      Arguments help{.command = Command::help, .given = {}, .config_file = {}, .overrides = {}};
      help.given.word = commands_.name();
      return help;
    } catch (const CLI::CallForVersion&) {
      return Arguments{
          .command = Command::version, .given = {}, .config_file = {}, .overrides = {}};
    } catch (const CLI::ConversionError& error) {
      return std::unexpected(not_understood(error.what()));
    } catch (const CLI::ParseError& error) {
      return std::unexpected(sanitize(error.what(), kMaxErrorBytes));
    }
    // `remaining` of the root is empty when a subcommand took the stray argument.
    const std::vector<std::string> extras = app_.remaining(true);
    if (!extras.empty()) return std::unexpected(unexpected_argument(extras.front()));
    return result();
  }

 private:
  static constexpr std::size_t kMaxErrorBytes = 300;

  // Of CLI11's "Could not convert: --limit = x".
  static std::string not_understood(std::string_view what) {
    constexpr std::string_view kBegin = "Could not convert: ";
    const std::size_t equals = what.find(" = ");
    if (!what.starts_with(kBegin) || equals == std::string_view::npos)
      return sanitize(what, kMaxErrorBytes);
    const std::string_view flag = what.substr(kBegin.size(), equals - kBegin.size());
    return sanitize(flag, kShownBytes) + ": \"" + sanitize(what.substr(equals + 3), kShownBytes) +
           "\" is not what it takes (see clawvigil --help)";
  }

  struct TextFlag {
    const Key* key;
    CLI::Option* option = nullptr;
    std::vector<std::string> values;
    bool boolean = false;
  };
  struct CollectorFlag {
    std::string_view name;
    CLI::Option* option = nullptr;
    bool enabled = true;
  };

  void add_flags() {
    app_.add_option("--config.file", config_file_);
    app_.add_option("--color", colours_);
    for (const Key& key : config::keys()) {
      if (key.flag.empty()) continue;
      TextFlag& flag = text_flags_.emplace_back(&key);
      const std::string name(key.flag);
      if (std::holds_alternative<config::Boolean>(key.target)) {
        flag.option = app_.add_flag(name + ",!--no-" + name.substr(2), flag.boolean);
      } else {
        flag.option = app_.add_option(name, flag.values)->allow_extra_args(false);
      }
    }
    for (const CollectorChoice& collector : collectors_) {
      CollectorFlag& flag = collector_flags_.emplace_back(collector.name);
      const std::string name(collector.name);
      flag.option = app_.add_flag("--collector." + name + ",!--no-collector." + name, flag.enabled);
    }
    app_.add_flag("--collector.disable-defaults", disable_defaults_);
  }

  // Why `argument` is none of ours.
  [[nodiscard]] std::string unexpected_argument(const std::string& argument) const {
    const std::string shown = sanitize(argument, kShownBytes);
    if (!argument.starts_with("-")) {
      const std::vector<std::string_view> commands = commands_.alternatives();
      return "unknown command \"" + shown + "\"" + config::did_you_mean(argument, commands) +
             " (valid: " + join(commands, ", ") + ")";
    }
    const std::string name = argument.substr(0, argument.find('='));
    if (name.starts_with("--collector.") || name.starts_with("--no-collector.")) {
      return unknown_collector(name);
    }
    std::vector<std::string> flags;
    for (const CLI::App* app = &app_; app != nullptr;) {
      for (const CLI::Option* option : app->get_options()) {
        for (const std::string& flag : option->get_lnames()) flags.push_back("--" + flag);
      }
      const auto parsed = app->get_subcommands();
      app = parsed.empty() ? nullptr : parsed.front();
    }
    return "unknown flag " + sanitize(name, kShownBytes) +
           config::did_you_mean(name, {flags.begin(), flags.end()}) + " (see clawvigil --help)";
  }

  [[nodiscard]] std::string unknown_collector(const std::string& flag) const {
    const std::string name = flag.substr(flag.find('.') + 1);
    std::vector<std::string_view> names;
    for (const CollectorChoice& collector : collectors_) names.push_back(collector.name);
    return "unknown collector \"" + sanitize(name, kShownBytes) + "\"" +
           config::did_you_mean(name, names) + " (valid: " + join(names, ", ") + ")";
  }

  std::expected<Arguments, std::string> result() {
    Arguments arguments;
    auto command = commands_.command();
    if (!command) return std::unexpected(std::move(command.error()));
    auto given = commands_.arguments();
    if (!given) return std::unexpected(std::move(given.error()));
    arguments.command = *command;
    arguments.given = std::move(*given);
    if (!config_file_.empty() && !commands_.config_file().empty()) {
      return std::unexpected("config check takes FILE or --config.file, not both");
    }
    const std::string file = config_file_.empty() ? commands_.config_file() : config_file_;
    if (!file.empty()) arguments.config_file = absolute(file, directory_);
    Overrides& overrides = arguments.overrides;
    const auto colours = colour_choice();
    if (!colours) return std::unexpected(colours.error());
    arguments.colours = *colours;
    overrides.disable_default_collectors = disable_defaults_;
    for (const CollectorFlag& flag : collector_flags_) {
      if (flag.option->count() > 0) overrides.collectors.emplace_back(flag.name, flag.enabled);
    }
    for (const TextFlag& flag : text_flags_) {
      if (flag.option->count() == 0) continue;
      auto values = checked_values(flag);
      if (!values) return std::unexpected(values.error());
      overrides.values.emplace_back(flag.key, std::move(*values));
    }
    return arguments;
  }

  [[nodiscard]] std::expected<ColourChoice, std::string> colour_choice() const {
    if (colours_ == "auto") return ColourChoice::automatic;
    if (colours_ == "always") return ColourChoice::always;
    if (colours_ == "never") return ColourChoice::never;
    return std::unexpected("--color: found \"" + sanitize(colours_, kShownBytes) +
                           "\", expected auto, always or never");
  }

  // The values of a flag as they would stand in the file.
  [[nodiscard]] std::expected<std::vector<std::string>, std::string> checked_values(
      const TextFlag& flag) const {
    const Key& key = *flag.key;
    std::vector<std::string> values = flag.values;
    if (std::holds_alternative<config::Boolean>(key.target)) {
      values = {flag.boolean ? "true" : "false"};
    }
    if (values.size() > 1 && !std::holds_alternative<config::Texts>(key.target)) {
      return std::unexpected(std::string(key.flag) + " is given more than once");
    }
    Config scratch;
    for (std::string& value : values) {
      if (key.is_path()) value = absolute(value, directory_);
      if (const auto assigned = assign(scratch, key, value); !assigned) {
        return std::unexpected(std::string(key.flag) + ": " + assigned.error().message);
      }
    }
    return values;
  }

  std::span<const CollectorChoice> collectors_;
  const std::string& directory_;
  CLI::App app_{"", "clawvigil"};
  CommandFlags commands_;
  std::string config_file_;
  std::string colours_ = "auto";
  std::deque<TextFlag> text_flags_;  // a deque: CLI11 keeps references to the elements
  std::deque<CollectorFlag> collector_flags_;
  bool disable_defaults_ = false;
};

}  // namespace

std::expected<Arguments, std::string> parse_arguments(std::span<const std::string> arguments,
                                                      std::span<const CollectorChoice> collectors,
                                                      const std::string& directory) {
  return Parser(collectors, directory).parse(arguments);
}

void apply(const Overrides& overrides, Config& config) {
  for (const auto& [key, values] : overrides.values) {
    if (const auto* const list = std::get_if<config::Texts>(&key->target)) (*list)(config).clear();
    // parse_arguments has checked every value.
    for (const std::string& value : values) (void)assign(config, *key, value);
  }
  CollectorsConfig& collectors = config.collectors;
  collectors.disable_defaults = overrides.disable_default_collectors;
  for (const auto& [name, enabled] : overrides.collectors) {
    std::erase(collectors.enabled, name);
    std::erase(collectors.disabled, name);
    (enabled ? collectors.enabled : collectors.disabled).push_back(name);
  }
}

}  // namespace clawvigil::cli
