#include "exporter/cli/help.h"

#include "exporter/base/strings.h"
#include "exporter/cli/arguments.h"
#include "exporter/cli/wrap.h"

namespace clawvigil::cli {

namespace {

constexpr std::string_view kHead =
    R"(clawvigil keeps watch over a self-hosted OpenClaw gateway, tells its owner when something
is wrong, and serves what it sees as Prometheus metrics on a loopback address.

Usage: clawvigil [FLAGS] [COMMAND]

Commands:
  serve                 watch, tell and serve metrics (the default)
  check                 say the state of every rule, and exit 0 if all is well
      --quiet           only what is not well
      --area=AREA       only one area: exposure, access, spend, secrets, agent, host, self
      --explain=RULE    one rule: what it watches and why, how it stands, what to do
      --json, --sarif   for other programs (SARIF 2.1.0: what is broken, for code scans)
  spend                 what the models cost, by day
      --by=day,model    by one or two of hour, day, week, month, model, provider, agent,
                        trigger, channel, home; or by session
      --since=30d       how far back, or from which day on (2026-01-31)
      --until=DAY       up to that day, or how long ago
      --agent=, --model=, --provider=, --home=, --trigger=NAME
                        only this
      --limit=N         so many rows (0: all)
      --json, --csv     for other programs
  rules list [--json]   the rules in force, with their thresholds
  rules check FILE...   check rule files of your own
  rules export DIR      write the rules, with your changes, for a Prometheus
  rules replay [FILE]   what would have fired, by records and transcripts
      --since=7d        how far back  --json    as JSON
  notify log [NAME]     what you were told, when and by which receiver, and what waits
      --limit=N         so many messages (0: all)  --json    as JSON
  notify test [NAME]    send a test message to one receiver or to all
  silence add MATCHER... --for=2h [--comment=TEXT]
                        do not tell of matching alerts, e.g. alertname=GatewayDown
  silence list [--json] the silences in force
  silence expire ID     end a silence
  accept listener tcp/443 [--for=30d] [--comment=TEXT]
                        know a listening socket
  accept finding ALERT [LABEL=VALUE]... [--for=30d] [--comment=TEXT]
                        know an alert as it is
  accept list [--json]  what is accepted
  accept remove ID      take it back
  backup-tested NAME [--at=2026-01-31] [--comment=TEXT]
                        note that restoring this backup was tested
      --list            what is noted    --json    as JSON
  config sample         print a commented configuration with every setting
  config check [FILE]   check a configuration and say what was understood
  metrics               print the reference of all metrics, as Markdown
  probe NAME            read what only root can, for the daemon; NAME is a probe or "all"
      --print           show it here instead of leaving it in the spool
  probe list            the probes, and when each has last succeeded

General:
  --config.file=PATH    read this configuration file
                        (default: /etc/clawvigil/clawvigil.yml, if it exists)
  --color=WHEN          auto, always or never; auto heeds NO_COLOR and CLICOLOR_FORCE
  --version             print version, revision and compiler
  --help, -h            print this text

Flags win over the configuration file. Every --flag that is a switch has a --no-flag.
)";

constexpr std::string_view kTail = R"(
Examples:
  clawvigil --openclaw.home=/home/claw/.openclaw
  clawvigil --collector.disable-defaults --collector.listeners
  clawvigil config sample > clawvigil.yml && clawvigil config check clawvigil.yml
  sudo clawvigil silence add alertname=GatewayDown --for=2h --comment="moving the server"
  sudo clawvigil probe all
  curl http://127.0.0.1:9842/metrics

Exit codes: 0 success, 1 failure while running, 2 wrong usage or configuration.
Those of check: 0 all is well, 1 a warning, 2 something critical, 3 nothing is wrong but
something is unknown. --explain: 0, or 2 if there is no such rule.
)";

constexpr std::size_t kTextColumn = 6;
constexpr std::size_t kWidth = 84;

// `text` indented and broken at spaces.
std::string wrapped(std::string_view text) {
  std::string out;
  for (const std::string& line : wrap(text, kWidth - kTextColumn)) {
    out += std::string(kTextColumn, ' ') + line + "\n";
  }
  return out;
}

std::string flag_help(const Config& defaults, const config::Key& key) {
  std::string head = "  " + std::string(key.flag);
  if (!key.value_name.empty()) head += "=" + std::string(key.value_name);
  if (std::holds_alternative<config::Texts>(key.target)) head += " (repeatable)";
  const auto value = value_text(defaults, key);
  const bool shown = value && !std::holds_alternative<config::Boolean>(key.target);
  if (shown) head += " (default: " + *value + ")";
  return head + "\n" + wrapped(key.help);
}

std::string collectors_help(std::span<const config::CollectorChoice> collectors) {
  std::string out = "  --collector.NAME, --no-collector.NAME\n" +
                    wrapped("Switch a collector on or off.") + "  --collector.disable-defaults\n" +
                    wrapped("Run only the collectors that are switched on by name.");
  out += "  NAME is one of:\n";
  for (const config::CollectorChoice& collector : collectors) {
    out += wrapped(std::string(collector.name) +
                   (collector.enabled_by_default ? ": " : " (off by default): ") +
                   std::string(collector.summary));
  }
  return out;
}

// The lines of kHead about a command: its own, and those indented below it.
std::string lines_about(std::string_view command) {
  std::string out;
  bool within = false;
  for (const std::string_view line : split(kHead, '\n')) {
    if (!line.starts_with("      ")) {
      const std::string_view name = line.starts_with("  ") ? line.substr(2) : std::string_view();
      const std::string_view rest =
          name.starts_with(command) ? name.substr(command.size()) : std::string_view("x");
      within = rest.empty() || rest.starts_with(' ');
    }
    if (within) out += std::string(line) + "\n";
  }
  return out;
}

}  // namespace

std::string help_text(std::span<const config::CollectorChoice> collectors,
                      std::string_view command) {
  const std::string about = command.empty() ? "" : lines_about(command);
  if (!about.empty() && command != "serve") {
    return about + "\nFlags for all commands: clawvigil --help\n" +
           std::string(kTail.substr(kTail.find("\nExit codes")));
  }
  const Config defaults;
  std::string out(kHead);
  for (const config::Section& section : config::sections()) {
    std::string flags;
    for (const config::Key& key : config::keys()) {
      if (key.section() == section.name && !key.flag.empty()) flags += flag_help(defaults, key);
    }
    if (section.name == "collectors") flags = collectors_help(collectors);
    if (!flags.empty()) out += "\n" + std::string(section.title) + ":\n" + flags;
  }
  return out + std::string(kTail);
}

}  // namespace clawvigil::cli
