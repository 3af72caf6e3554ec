#include "exporter/cli/cli.h"

#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "collectors/registry.h"
#include "exporter/base/strings.h"
#include "exporter/cli/arguments.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/help.h"
#include "exporter/cli/reference.h"
#include "exporter/cli/serve.h"
#include "exporter/cli/settings.h"
#include "exporter/collect/hub.h"
#include "exporter/config/sample.h"

namespace clawvigil::cli {

namespace {

constexpr int kWrongUsage = 2;

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

Result<Config> reload(const Arguments& arguments, const Choices& choices) {
  auto settings = read_settings(arguments, choices);
  if (settings) return std::move(settings->config);
  const std::vector<std::string>& lines = settings.error();
  return fail(Errc::parse, join({lines.begin(), lines.end()}, "; "));
}

int start_daemon(const Arguments& arguments, const Choices& choices) {
  auto settings = read_settings(arguments, choices);
  if (settings) {
    return serve(std::move(settings->config),
                 [arguments, choices] { return reload(arguments, choices); });
  }
  for (const std::string& line : settings.error()) print_problem(std::cerr, line);
  return kWrongUsage;
}

}  // namespace

int run(int argc, char** argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  const Choices choices = collector_choices();
  const auto arguments = parse_arguments(words, choices, current_directory());
  if (!arguments) {
    print_problem(std::cerr, arguments.error());
    return kWrongUsage;
  }
  switch (arguments->command) {
    case Command::serve:
      return start_daemon(*arguments, choices);
    case Command::config_sample:
      std::cout << config::sample(choices);
      return 0;
    case Command::config_check:
      return config_check(*arguments, choices, std::cout, std::cerr);
    case Command::metrics:
      std::cout << metric_reference(collector_infos(), Hub::metrics());
      return 0;
    case Command::version:
      return print_version(std::cout);
    case Command::help:
      std::cout << help_text(choices);
      return 0;
  }
  return kWrongUsage;
}

}  // namespace clawvigil::cli
