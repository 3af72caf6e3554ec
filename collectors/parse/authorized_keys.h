// authorized_keys, AUTHORIZED_KEYS FILE FORMAT in sshd(8): options, type, base64, comment.
//
//   from="10.0.0.0/8",command="/usr/bin/rsync --server" ssh-ed25519 AAAAC3Nz… backup@nas
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clawvigil {

// Each key with its options, without its comment, and with single spaces between the parts: what
// says who may do what. Lines without a key (comments, nonsense) are left out.
[[nodiscard]] std::vector<std::string> parse_authorized_keys(std::string_view text);

}  // namespace clawvigil
