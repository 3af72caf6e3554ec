// Who may become root by sudo: the grammar of sudoers(5).
//
//   Defaults        env_reset, !authenticate
//   User_Alias      ADMINS = alice, %ops, !bob
//   Cmnd_Alias      LOGS = /usr/bin/journalctl -u *, /usr/bin/tail
//   root            ALL=(ALL:ALL) ALL
//   %sudo           ALL=(ALL:ALL) ALL
//   claw            ALL=(root) NOPASSWD: LOGS, !/usr/bin/tail : other=(ALL) ALL
//   #1001           ALL=/usr/bin/apt
//   @include sudoers.local
//   @includedir /etc/sudoers.d
//
// Pure; the caller reads the files. The lexer is that of sudo, as far as it decides who may do
// what: continuation lines, quotes, escapes, tags, digests, options. What is not evaluated is said
// at SudoRights.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil::parse::sudoers {

struct Item {
  bool negated = false;
  std::string text;  // "ALL", "claw", "%sudo", "#1000", "ADMINS", "/usr/bin/apt update"
};
using List = std::vector<Item>;

struct Command {
  std::optional<List> users;  // (these:groups); unset: the default one. Empty: the caller himself
  std::optional<bool> password;  // PASSWD:, NOPASSWD:
  Item command;
};
struct HostCommands {
  List hosts;
  std::vector<Command> commands;
};
struct UserSpec {
  List users;
  std::vector<HostCommands> entries;
};

enum class AliasKind { user, runas, host, command };
struct Alias {
  AliasKind kind = AliasKind::user;
  std::string name;
  List members;
};

// Only the settings that matter here.
struct Defaults {
  char scope = 0;  // 0 for everybody, ':' for these users, '@' on these hosts; others are not kept
  List whom;
  std::optional<bool> authenticate;
  std::optional<std::string> runas_default;
};

struct Include {
  bool directory = false;
  std::string path;  // as written; "%h" stands for the host's short name
};

using Entry = std::variant<UserSpec, Alias, Defaults, Include>;

// The entries in their order. parse: a line that is not sudoers(5), with its number (sudo leaves
// such a line out and goes on, so do `entries`).
struct File {
  std::vector<Entry> entries;
  std::vector<Error> problems;  // at most 16
};
[[nodiscard]] File parse_file(std::string_view text);

// Whether sudo reads this file of an included directory ("10-claw", not "x.bak" or "x~").
[[nodiscard]] bool is_drop_in(std::string_view name);

}  // namespace clawvigil::parse::sudoers
