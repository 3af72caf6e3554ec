// The commands that print something and end, and how commands end. Each returns the exit code.
#pragma once

#include <cstddef>
#include <expected>
#include <iosfwd>
#include <span>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/cli/arguments.h"
#include "exporter/cli/settings.h"

namespace clawvigil::cli {

inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;     // something went wrong while running
inline constexpr int kWrongUsage = 2;  // wrong usage, configuration or rules

struct CommandContext {
  const Arguments& arguments;
  std::span<const config::CollectorChoice> collectors;
  const Clock& clock;
  std::ostream& out;
  std::ostream& err;
  bool colours = false;   // `out` is a terminal that shows them
  bool progress = false;  // `err` is a terminal
  bool fits = true;       // `out` is a terminal: no line of a table may be longer than it is wide
  std::size_t columns = 80;  // of `out`
  bool utf8 = true;          // `out` shows more than ASCII

  // "clawvigil: " and the line, to err.
  void complain(std::string_view line) const;
  // With and without the rules; what is wrong is complained about, the error is the exit code.
  [[nodiscard]] std::expected<Settings, int> settings() const;
  [[nodiscard]] std::expected<Settings, int> config() const;
};

int print_version(std::ostream& out);

int check(const CommandContext& context);
int spend(const CommandContext& context);
int rules_list(const CommandContext& context);
int rules_check(const CommandContext& context);
int rules_export(const CommandContext& context);
int rules_replay(const CommandContext& context);
int notify_log(const CommandContext& context);
int notify_test(const CommandContext& context);
int silence_add(const CommandContext& context);
int silence_list(const CommandContext& context);
int silence_expire(const CommandContext& context);
int accept_listener(const CommandContext& context);
int accept_finding(const CommandContext& context);
int accept_list(const CommandContext& context);
int accept_remove(const CommandContext& context);
int backup_tested(const CommandContext& context);
int config_check(const CommandContext& context);
int run_probe(const CommandContext& context);

}  // namespace clawvigil::cli
