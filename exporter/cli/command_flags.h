// What the commands take beside the flags of the configuration: as data, and as CLI11 options.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/cli/spend_request.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace clawvigil::cli {

enum class Command {
  serve,
  check,
  spend,
  rules_list,
  rules_check,
  rules_export,
  rules_replay,
  notify_log,
  notify_test,
  silence_add,
  silence_list,
  silence_expire,
  accept_listener,
  accept_finding,
  accept_list,
  accept_remove,
  backup_tested,
  config_sample,
  config_check,
  metrics,
  probe,
  version,
  help
};

// What was given to a command; each command looks at its own part.
struct CommandArguments {
  bool json = false;
  bool quiet = false;              // check: only what is not ok
  bool print = false;              // probe: to the terminal instead of the spool
  std::string area;                // check: "" is every area
  bool sarif = false;              // check
  std::string explain;             // check: the name of a rule
  std::vector<std::string> words;  // files, matchers, receivers
  std::string word;                // directory, listener, alert, id, probe, backup; command (help)
  bool list = false;               // backup-tested: what is noted already
  std::string date;                // --at
  std::string comment;
  std::optional<Duration> duration;   // --for, --since
  std::optional<std::int64_t> limit;  // notify log
  SpendFlags spend;
};

// Adds every command but serve to `app`, which must outlive this object's use.
class CommandFlags {
 public:
  void add_to(CLI::App& app);
  // After parsing: "notify log", "notify", or "" if no command was given.
  [[nodiscard]] std::string name() const;
  // After parsing. The error says which command is missing or which duration is wrong.
  [[nodiscard]] std::expected<Command, std::string> command() const;
  [[nodiscard]] std::expected<CommandArguments, std::string> arguments() const;
  // The commands that could stand where an unknown word stands.
  [[nodiscard]] std::vector<std::string_view> alternatives() const;
  // The file of `config check`.
  [[nodiscard]] const std::string& config_file() const { return config_file_; }

 private:
  struct Entry {
    Command command;
    std::string_view group;  // "" for a command of one word
    std::string_view name;
    CLI::App* app;
  };
  CLI::App* add(CLI::App& parent, Command command, std::string_view group, std::string_view name);
  void add_spend(CLI::App& app);

  CommandArguments given_;
  std::string duration_;
  std::string config_file_;
  std::vector<Entry> entries_;
  std::vector<std::pair<std::string_view, CLI::App*>> groups_;
};

}  // namespace clawvigil::cli
