// The two things clawvigil wants of a git configuration file, read as text: whose commits git makes
// here, and where the repository is pushed to. Format: git-config(1), "Syntax".
//
//   [user]
//     name = Claw
//     email = claw@example.org
//   [remote "origin"]
//     url = git@github.com:owner/workspace.git
//
// Nothing in it is followed (include, includeIf) or obeyed. Input is hostile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil::parse {

// Where a remote is, as far as its URL tells. The URL itself may hold a password: it is not kept.
enum class RemoteHost : std::uint8_t {
  local,
  internal,
  github,
  gitlab,
  codeberg,
  bitbucket,
  other
};
inline constexpr std::size_t kRemoteHosts = 7;
[[nodiscard]] std::string_view to_string(RemoteHost host);

struct GitConfig {
  static constexpr std::size_t kMaxEmails = 16;
  static constexpr std::size_t kMaxRemotes = 64;

  std::vector<std::string> emails;  // of user, author and committer; lower case
  std::vector<RemoteHost> remotes;  // one for each name; of several URLs the first
  bool includes = false;            // more stands in other files
  bool hooks_path = false;          // core.hooksPath: hooks elsewhere than in .git/hooks
};

// What cannot be read as a section or a setting is passed over, as far as the line reaches. Beyond
// the bounds above the rest is left out.
[[nodiscard]] GitConfig parse_git_config(std::string_view text);

// "https://…", "ssh://git@host:22/…", "git@host:path", "/srv/git/x.git", "file:///…". internal: a
// name without a dot, one that ends in .local, .lan, .internal or .ts.net, a private address.
[[nodiscard]] RemoteHost remote_host_of(std::string_view url);

}  // namespace clawvigil::parse
