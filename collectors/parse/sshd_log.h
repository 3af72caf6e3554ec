// What sshd says about logins, in its own words (OpenSSH 9.2 to 10.0: auth.c auth_log,
// auth_maxtries_exceeded, getpwnamallow; packet.c sshpkt_vfatal). Debian 13's 10.0 writes the same
// texts, but as `sshd-session`, the program that serves one connection since OpenSSH 9.8.
//
//   Accepted publickey for deploy from 203.0.113.9 port 50514 ssh2: ED25519 SHA256:…
//   Failed password for root from 203.0.113.9 port 50514 ssh2
//   Failed password for invalid user oracle from 203.0.113.9 port 50514 ssh2
//   Invalid user oracle from 203.0.113.9 port 50514
//   User git from 203.0.113.9 not allowed because not listed in AllowUsers
//   Connection closed by authenticating user root 203.0.113.9 port 50514 [preauth]
//   error: maximum authentication attempts exceeded for root from 203.0.113.9 port 50514 ssh2
//
// The name of a user who does not exist is a stranger's text, with spaces and all ("x from 1.2.3.4
// port 22 ssh2"); nothing is taken from behind it. Control characters arrive escaped (vis(3)).
// Lines of PAM repeat what sshd says, and are passed over; connections that sshd turns away before
// they try anything ("drop connection … penalty", since 9.8) are no attempts.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil {

enum class SshEventKind {
  accepted,
  failed_password,  // of an account that exists; also keyboard-interactive
  failed_other,     // another method, of an account that exists
  invalid_user,     // once a connection
  not_allowed,      // once a connection: the account exists, the configuration bars it
  ended             // the connection is over without a login
};

struct SshEvent {
  SshEventKind kind{};
  // Only of accepted:
  std::string_view method;   // "publickey", "password", "keyboard-interactive", …
  std::string_view user;     // an account of this host
  std::string_view address;  // as sshd prints it
};

// nullopt for everything else. Views into `message`.
[[nodiscard]] std::optional<SshEvent> parse_sshd_message(std::string_view message);

// One line of auth.log, as rsyslog writes it: RFC 3164, or since Debian 12 with an RFC 3339 time.
//
//   Nov 21 23:00:01 vps sshd[812]: Accepted …
//   2026-11-21T23:00:01.123456+00:00 vps sshd-session[812]: Accepted …
struct SshdLogLine {
  std::string_view process;  // "812"
  std::string_view message;
};
// nullopt: not a line of sshd.
[[nodiscard]] std::optional<SshdLogLine> parse_auth_log_line(std::string_view line);

// The network an address belongs to, as bytes for a hash: the /24 of IPv4, the /48 of IPv6 (what
// one customer is given at most); nullopt for what is no address ("UNKNOWN").
[[nodiscard]] std::optional<std::string> network_of(std::string_view address);

}  // namespace clawvigil
