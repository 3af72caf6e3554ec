// The effective settings of sshd, as far as they say who may log in and how. First value wins;
// what Match blocks set for a connection wins over the global section (sshd_config(5); OpenSSH's
// servconf.c). Differential test against the real `sshd -T -C …`: tests/collectors/sshd_peer_test.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collectors/parse/sshd_lines.h"
#include "collectors/parse/sshd_match.h"
#include "exporter/base/result.h"

namespace clawvigil {

enum class RootLogin { yes, no, prohibit_password, forced_commands_only };

struct SshdSettings {
  bool password = true;  // PasswordAuthentication
  bool keyboard = true;  // KbdInteractiveAuthentication, ChallengeResponseAuthentication
  bool pam = false;      // UsePAM
  RootLogin root = RootLogin::prohibit_password;
  std::vector<std::string> methods;  // AuthenticationMethods; empty: any
  std::vector<std::string> key_files = {".ssh/authorized_keys", ".ssh/authorized_keys2"};
  std::vector<std::string> allow_users;
  std::vector<std::string> deny_users;
  std::vector<std::string> allow_groups;
  std::vector<std::string> deny_groups;
  std::vector<std::uint16_t> ports = {22};  // sorted; those of ListenAddress included
};

// The settings of the server (`connection` is nullptr) or of one connection. parse: sshd would
// refuse this configuration.
[[nodiscard]] Result<SshdSettings> sshd_settings(const std::vector<SshdLine>& lines,
                                                 const SshdConnection* connection);

// AllowUsers, DenyUsers, AllowGroups and DenyGroups let this user in.
[[nodiscard]] bool user_allowed(const SshdSettings& settings, const SshdConnection& connection);

// A password (or what PAM asks for) is enough to log in; a password behind a key is not.
[[nodiscard]] bool password_suffices(const SshdSettings& settings);

// AuthorizedKeysFile for one account, absolute: %h, %u, %U and %% replaced; "none" gives none.
[[nodiscard]] std::vector<std::string> key_files_of(const SshdSettings& settings,
                                                    const std::string& user, std::uint32_t uid,
                                                    const std::string& home);

}  // namespace clawvigil
