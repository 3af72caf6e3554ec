// What the host says about its SSH server: is there one, its configuration, and the accounts it
// serves. All bounded; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/sshd_exposure.h"
#include "collectors/parse/sshd_lines.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"
#include "exporter/host/passwd.h"

namespace clawvigil::sshd {

// /usr/sbin/sshd or /usr/local/sbin/sshd is there. (A configuration alone is what `apt remove`
// leaves behind.)
[[nodiscard]] bool installed(const host::Root& root);

// The configuration with all it includes; each file at most 256 KiB. What a command line adds
// (-o, -f in /etc/default/ssh) is not seen.
[[nodiscard]] Result<std::vector<SshdLine>> read_config(
    const host::Root& root, std::string_view path = "/etc/ssh/sshd_config");

struct LoginAccount {
  host::Account account;
  std::vector<std::string> groups;  // names, the primary one included
};
// /etc/passwd and /etc/group.
[[nodiscard]] Result<std::vector<LoginAccount>> read_login_accounts(const host::Root& root);

}  // namespace clawvigil::sshd
