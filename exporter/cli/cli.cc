#include "exporter/cli/cli.h"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "collectors/registry.h"
#include "exporter/base/strings.h"
#include "exporter/cli/alerting.h"
#include "exporter/cli/arguments.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/help.h"
#include "exporter/cli/reference.h"
#include "exporter/cli/serve.h"
#include "exporter/cli/settings.h"
#include "exporter/cli/terminal.h"
#include "exporter/collect/hub.h"
#include "exporter/config/sample.h"

namespace clawvigil::cli {

namespace {

using Choices = std::vector<config::CollectorChoice>;

Choices collector_choices() {
  Choices choices;
  for (const CollectorInfo* const info : optional_collector_infos()) {
    choices.push_back({info->name, info->summary, info->enabled_by_default});
  }
  return choices;
}

std::string current_directory() {
  std::error_code error;
  const std::filesystem::path directory = std::filesystem::current_path(error);
  return error ? "/" : directory.string();
}

Result<Settings> reload(const Arguments& arguments, const Choices& choices) {
  auto settings = read_settings(arguments, choices);
  if (settings) return std::move(*settings);
  const std::vector<std::string>& lines = settings.error();
  return fail(Errc::parse, join({lines.begin(), lines.end()}, "; "));
}

int start_daemon(const CommandContext& context) {
  auto settings = context.settings();
  if (!settings) return settings.error();
  const Choices choices(context.collectors.begin(), context.collectors.end());
  return serve(std::move(*settings),
               [arguments = context.arguments, choices] { return reload(arguments, choices); });
}

int print_metrics(std::ostream& out) {
  out << metric_reference(exporting_infos(), Hub::metrics());
  return kSuccess;
}

int run_command(const CommandContext& context) {
  switch (context.arguments.command) {
    case Command::serve:
      return start_daemon(context);
    case Command::check:
      return check(context);
    case Command::spend:
      return spend(context);
    case Command::rules_list:
      return rules_list(context);
    case Command::rules_check:
      return rules_check(context);
    case Command::rules_export:
      return rules_export(context);
    case Command::rules_replay:
      return rules_replay(context);
    case Command::notify_log:
      return notify_log(context);
    case Command::notify_test:
      return notify_test(context);
    case Command::silence_add:
      return silence_add(context);
    case Command::silence_list:
      return silence_list(context);
    case Command::silence_expire:
      return silence_expire(context);
    case Command::accept_listener:
      return accept_listener(context);
    case Command::accept_finding:
      return accept_finding(context);
    case Command::accept_list:
      return accept_list(context);
    case Command::accept_remove:
      return accept_remove(context);
    case Command::backup_tested:
      return backup_tested(context);
    case Command::config_sample:
      context.out << config::sample(context.collectors);
      return kSuccess;
    case Command::config_check:
      return config_check(context);
    case Command::metrics:
      return print_metrics(context.out);
    case Command::probe:
      return run_probe(context);
    case Command::version:
      return print_version(context.out);
    case Command::help:
      context.out << help_text(context.collectors, context.arguments.given.word);
      return kSuccess;
  }
  return kWrongUsage;
}

}  // namespace

int run(int argc, char** argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  const Choices choices = collector_choices();
  const auto arguments = parse_arguments(words, choices, current_directory());
  const SystemClock clock;
  if (!arguments) {
    std::cerr << "clawvigil: " << arguments.error() << "\n";
    return kWrongUsage;
  }
  return run_command({.arguments = *arguments,
                      .collectors = choices,
                      .clock = clock,
                      .out = std::cout,
                      .err = std::cerr,
                      .colours = shows_colours(STDOUT_FILENO, arguments->colours),
                      .progress = is_terminal(STDERR_FILENO),
                      .fits = is_terminal(STDOUT_FILENO),
                      .columns = terminal_columns(STDOUT_FILENO),
                      .utf8 = shows_utf8()});
}

}  // namespace clawvigil::cli
