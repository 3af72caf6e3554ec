#include "exporter/cli/command_flags.h"

#include <CLI/CLI.hpp>

#include "exporter/base/duration.h"
#include "exporter/base/strings.h"

namespace clawvigil::cli {

namespace {

constexpr std::size_t kShownBytes = 80;

}  // namespace

CLI::App* CommandFlags::add(CLI::App& parent, Command command, std::string_view group,
                            std::string_view name) {
  CLI::App* const app = parent.add_subcommand(std::string(name))->fallthrough()->allow_extras();
  entries_.push_back({command, group, name, app});
  return app;
}

void CommandFlags::add_to(CLI::App& app) {
  const auto group = [&](std::string_view name) {
    CLI::App* const parent = app.add_subcommand(std::string(name))->fallthrough()->allow_extras();
    parent->require_subcommand(0, 1);
    groups_.emplace_back(name, parent);
    return parent;
  };
  add(app, Command::serve, "", "serve");
  CLI::App* const check = add(app, Command::check, "", "check");
  check->add_flag("--json", given_.json);
  check->add_flag("--quiet,-q", given_.quiet);
  check->add_option("--area", given_.area);
  check->add_flag("--sarif", given_.sarif);
  check->add_option("--explain", given_.explain);

  add_spend(app);

  add(app, Command::metrics, "", "metrics");
  CLI::App* const probe = add(app, Command::probe, "", "probe");
  probe->add_option("NAME", given_.word);
  probe->add_flag("--print", given_.print);
  CLI::App* const config = group("config");
  add(*config, Command::config_sample, "config", "sample");
  add(*config, Command::config_check, "config", "check")->add_option("FILE", config_file_);

  CLI::App* const rules = group("rules");
  add(*rules, Command::rules_list, "rules", "list")->add_flag("--json", given_.json);
  add(*rules, Command::rules_check, "rules", "check")->add_option("FILE", given_.words);
  add(*rules, Command::rules_export, "rules", "export")->add_option("DIRECTORY", given_.word);
  CLI::App* const replay = add(*rules, Command::rules_replay, "rules", "replay");
  replay->add_option("FILE", given_.words);
  replay->add_option("--since", duration_);
  replay->add_flag("--json", given_.json);

  CLI::App* const notify = group("notify");
  CLI::App* const log = add(*notify, Command::notify_log, "notify", "log");
  log->add_option("RECEIVER", given_.words);
  log->add_option("--limit", given_.limit);
  log->add_flag("--json", given_.json);
  add(*notify, Command::notify_test, "notify", "test")->add_option("RECEIVER", given_.words);

  CLI::App* const silence = group("silence");
  CLI::App* const silence_add = add(*silence, Command::silence_add, "silence", "add");
  silence_add->add_option("MATCHER", given_.words);
  silence_add->add_option("--for", duration_);
  silence_add->add_option("--comment", given_.comment);
  add(*silence, Command::silence_list, "silence", "list")->add_flag("--json", given_.json);
  add(*silence, Command::silence_expire, "silence", "expire")->add_option("ID", given_.word);

  CLI::App* const accept = group("accept");
  CLI::App* const listener = add(*accept, Command::accept_listener, "accept", "listener");
  listener->add_option("LISTENER", given_.word);
  CLI::App* const finding = add(*accept, Command::accept_finding, "accept", "finding");
  finding->add_option("ALERT", given_.word);
  finding->add_option("MATCHER", given_.words);
  for (CLI::App* const command : {listener, finding}) {
    command->add_option("--for", duration_);
    command->add_option("--comment", given_.comment);
  }
  add(*accept, Command::accept_list, "accept", "list")->add_flag("--json", given_.json);
  add(*accept, Command::accept_remove, "accept", "remove")->add_option("ID", given_.word);

  CLI::App* const tested = add(app, Command::backup_tested, "", "backup-tested");
  tested->add_option("NAME", given_.word);
  tested->add_option("--at", given_.date);
  tested->add_option("--comment", given_.comment);
  tested->add_flag("--list", given_.list);
  tested->add_flag("--json", given_.json);
}

void CommandFlags::add_spend(CLI::App& app) {
  CLI::App* const spend = add(app, Command::spend, "", "spend");
  SpendFlags& flags = given_.spend;
  spend->add_option("--by", flags.by);
  spend->add_option("--since", flags.since);
  spend->add_option("--until", flags.until);
  spend->add_option("--agent", flags.agent);
  spend->add_option("--model", flags.model);
  spend->add_option("--provider", flags.provider);
  spend->add_option("--home", flags.home);
  spend->add_option("--trigger", flags.trigger);
  spend->add_option("--limit", flags.limit);
  spend->add_flag("--json", given_.json);
  spend->add_flag("--csv", flags.csv);
}

std::string CommandFlags::name() const {
  for (const Entry& entry : entries_) {
    if (!entry.app->parsed()) continue;
    return (entry.group.empty() ? "" : std::string(entry.group) + " ") + std::string(entry.name);
  }
  for (const auto& [name, app] : groups_) {
    if (app->parsed()) return std::string(name);
  }
  return {};
}

std::expected<Command, std::string> CommandFlags::command() const {
  for (const Entry& entry : entries_) {
    if (entry.app->parsed()) return entry.command;
  }
  for (const auto& [name, app] : groups_) {
    if (app->parsed()) {
      return std::unexpected(std::string(name) + " needs a command: " + join(alternatives(), ", "));
    }
  }
  return Command::serve;
}

std::expected<CommandArguments, std::string> CommandFlags::arguments() const {
  CommandArguments given = given_;
  if (duration_.empty()) return given;
  given.duration = parse_duration(duration_);
  if (given.duration && *given.duration > Duration::zero()) return given;
  return std::unexpected("found \"" + sanitize(duration_, kShownBytes) +
                         "\", expected a duration such as 30m, 2h or 7d");
}

std::vector<std::string_view> CommandFlags::alternatives() const {
  std::string_view within;
  for (const auto& [name, app] : groups_) {
    if (app->parsed()) within = name;
  }
  std::vector<std::string_view> names;
  for (const Entry& entry : entries_) {
    if (entry.group == within) names.push_back(entry.name);
  }
  if (!within.empty()) return names;
  for (const auto& [name, app] : groups_) names.push_back(name);
  return names;
}

}  // namespace clawvigil::cli
