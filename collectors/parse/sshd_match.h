// The patterns of sshd_config(5), as OpenSSH's match.c and addrmatch.c compare them, and the
// criteria of a Match line. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil {

// Who connects from where to what. Addresses as text without brackets.
struct SshdConnection {
  std::string user;
  std::vector<std::string> groups;  // of an account that exists
  std::string address;
  std::string host;  // the same as `address` unless UseDNS is on
  std::string local_address;
  std::uint16_t local_port = 0;
};

// 1 to 65535; nullopt for anything else.
[[nodiscard]] std::optional<std::uint16_t> parse_port(std::string_view text);

// "web*,!web-test": a match of a negated pattern wins.
enum class ListMatch { none, yes, negated };
[[nodiscard]] ListMatch match_list(std::string_view text, std::string_view list);
// The same for addresses: CIDR ("10.0.0.0/8", "2001:db8::/32"), or patterns. parse: a prefix longer
// than the address, or bits set behind it.
[[nodiscard]] Result<ListMatch> match_address_list(std::string_view address, std::string_view list);

// USER or USER@HOST, of AllowUsers and DenyUsers.
[[nodiscard]] bool matches_user(const SshdConnection& connection, const std::string& pattern);

struct SshdCriterion {
  std::string
      attribute;  // in lower case: user, group, host, address, localaddress, localport, all …
  std::string argument;  // "" for all and invalid-user
};

// The arguments of a Match line, taken apart: both "User=x" and "User x". parse: sshd would refuse.
[[nodiscard]] Result<std::vector<SshdCriterion>> parse_match(
    const std::vector<std::string>& arguments);

// Whether all criteria hold. Without a connection only "all" does: sshd when it starts.
// parse: sshd would refuse.
[[nodiscard]] Result<bool> matches_all(const std::vector<SshdCriterion>& criteria,
                                       const SshdConnection* connection);

}  // namespace clawvigil
