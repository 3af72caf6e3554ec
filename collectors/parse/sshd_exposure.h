// Whether anyone at all could log in with a password, or as root, by the configuration of sshd:
// the effective settings are asked for every account, from and to every kind of address and port
// that the configuration tells apart (a network's first address stands for the network).
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collectors/parse/sshd_config.h"

namespace clawvigil {

struct SshdAccount {
  std::string name;
  std::vector<std::string> groups;
  bool root = false;  // uid 0
};

struct SshdExposure {
  bool password = false;  // somebody could log in with a password alone
  bool root = false;      // root could log in with PermitRootLogin yes
};

inline constexpr std::size_t kMaxSshdConnections = 20'000;

// Besides `accounts` somebody without any special group is asked for, who stands for accounts yet
// to come. Errors: those of sshd_settings; too_large: more than kMaxSshdConnections to try.
[[nodiscard]] Result<SshdExposure> sshd_exposure(const std::vector<SshdLine>& lines,
                                                 const std::vector<SshdAccount>& accounts);

// The connections that sshd_exposure tries.
[[nodiscard]] Result<std::vector<SshdConnection>> sshd_connections(
    const std::vector<SshdLine>& lines, const std::vector<SshdAccount>& accounts);

}  // namespace clawvigil
