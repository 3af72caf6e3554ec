// The lines of sshd_config(5), as sshd itself takes them apart (OpenSSH 9.2 to 10.0: servconf.c,
// misc.c strdelim and argv_split).
//
//   Include /etc/ssh/sshd_config.d/*.conf
//   PasswordAuthentication=no      # keyword and value may be joined by one '='
//   AllowUsers "deploy" ops@10.0.0.0/8
//   Match User backup Address 10.0.0.0/8,!10.0.0.1
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil {

struct SshdLine {
  std::string keyword;  // in lower case
  std::vector<std::string> arguments;
  std::size_t number = 0;
  // Only of "include": the lines of each file it brings in, in order.
  std::vector<std::vector<SshdLine>> included;
};

inline constexpr std::size_t kMaxSshdFiles = 256;
inline constexpr std::size_t kMaxSshdDepth = 16;  // as sshd

// The texts of the files that a pattern of an Include line stands for, in the order of glob(3);
// empty when there are none. Relative patterns are below /etc/ssh.
using SshdIncludeReader = std::function<Result<std::vector<std::string>>(std::string_view pattern)>;

// Comments and empty lines are left out, Include lines resolved. Errors: of `read`; parse for what
// sshd would refuse to start with: a keyword without value, an open quote; too_large beyond the
// bounds above.
[[nodiscard]] Result<std::vector<SshdLine>> parse_sshd_lines(std::string_view text,
                                                             const SshdIncludeReader& read);

}  // namespace clawvigil
