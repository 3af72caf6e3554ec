// What the rules of sudoers(5) let one user do as root on this host; the last match wins.
//
// Not evaluated: rules from elsewhere (LDAP, SSSD), netgroups (never match), Defaults of single
// commands or target users, time limits (taken as valid), arguments (a command with some is
// "some commands"). Addresses of hosts are taken as this host's: rather reported than missed.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/sudoers.h"

namespace clawvigil::parse::sudoers {

struct Subject {
  std::string name;
  uid_t uid = 0;
  std::vector<std::string> groups;  // names
  std::vector<gid_t> gids;
  std::string host;  // without its domain any domain is taken as this host's
};

// As root, with or without being asked for a password.
struct SudoRights {
  bool all = false;  // every command, or every one but some: who may run the rest may run those
  bool all_without_password = false;
  bool some = false;  // single commands (only what `all` does not give already)
  bool some_without_password = false;
};

// `entries` are those of all files in the order sudo reads them, includes in their place. Aliases
// hold wherever they are defined. Cycles among them end; at most 64 deep.
[[nodiscard]] SudoRights rights_of(const Subject& subject, const std::vector<Entry>& entries);

}  // namespace clawvigil::parse::sudoers
