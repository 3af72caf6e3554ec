#include "collectors/parse/sshd_log.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace clawvigil {

namespace {

constexpr std::size_t kMaxMessage = 4'096;

bool skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// The text up to the next space, which is taken too; "" when there is none.
std::string_view take_word(std::string_view& text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return {};
  const std::string_view word = text.substr(0, space);
  text.remove_prefix(space + 1);
  return word;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "publickey for deploy from 203.0.113.9 port 50514 ssh2[: …]". Who is accepted is an account of
// this host, whose name has no spaces; what has is not taken apart.
std::optional<SshEvent> parse_accepted(std::string_view rest) {
  SshEvent event{SshEventKind::accepted, take_word(rest), {}, {}};
  event.method = event.method.substr(0, event.method.find('/'));  // keyboard-interactive/pam
  if (event.method.empty() || !skip(rest, "for ")) return std::nullopt;
  event.user = take_word(rest);
  if (event.user.empty() || !skip(rest, "from ")) return std::nullopt;
  event.address = take_word(rest);
  if (!skip(rest, "port ") || !is_number(take_word(rest))) return std::nullopt;
  if (rest != "ssh2" && !rest.starts_with("ssh2: ")) return std::nullopt;
  return event;
}

// Attempts on accounts that do not exist were counted by their "Invalid user" or "not allowed".
std::optional<SshEvent> parse_failed(std::string_view rest) {
  std::string_view method = take_word(rest);
  method = method.substr(0, method.find('/'));
  if (!skip(rest, "for ") || rest.starts_with("invalid user ")) return std::nullopt;
  const bool password = method == "password" || method == "keyboard-interactive";
  return SshEvent{
      password ? SshEventKind::failed_password : SshEventKind::failed_other, {}, {}, {}};
}

bool is_end(std::string_view message) {
  constexpr std::array kUnfinished = {
      std::string_view("Connection closed by authenticating user "),
      std::string_view("Connection closed by invalid user "),
      std::string_view("Connection reset by authenticating user "),
      std::string_view("Connection reset by invalid user "),
      std::string_view("Disconnected from authenticating user "),
      std::string_view("Disconnected from invalid user "),
      std::string_view("Disconnecting authenticating user "),
      std::string_view("Disconnecting invalid user "),
      std::string_view("error: maximum authentication attempts exceeded for "),
      std::string_view("maximum authentication attempts exceeded for ")};
  return std::ranges::any_of(
      kUnfinished, [&](std::string_view beginning) { return message.starts_with(beginning); });
}

// "User NAME [from HOST] not allowed because …", NAME being an account of this host.
bool is_not_allowed(std::string_view rest) {
  if (take_word(rest).empty()) return false;
  if (skip(rest, "from ") && take_word(rest).empty()) return false;
  return rest.starts_with("not allowed because ");
}

// The rest of a line of syslog behind its time and host, or "".
std::string_view behind_time(std::string_view line) {
  constexpr std::size_t kRfc3164 = 16;  // "Nov 21 23:00:01 "
  constexpr std::size_t kShortestIso = 20;
  if (line.size() > kShortestIso && line[4] == '-' && line[7] == '-' && line[10] == 'T') {
    if (take_word(line).empty()) return {};
  } else if (line.size() > kRfc3164 && line[3] == ' ' && line[9] == ':' && line[12] == ':' &&
             line[15] == ' ') {
    line.remove_prefix(kRfc3164);
  } else {
    return {};
  }
  return take_word(line).empty() ? std::string_view() : line;
}

}  // namespace

std::optional<SshEvent> parse_sshd_message(std::string_view message) {
  if (message.size() > kMaxMessage) return std::nullopt;
  if (std::string_view rest = message; skip(rest, "Accepted ")) return parse_accepted(rest);
  if (std::string_view rest = message; skip(rest, "Failed ")) return parse_failed(rest);
  if (message.starts_with("Invalid user ")) return SshEvent{SshEventKind::invalid_user, {}, {}, {}};
  if (is_end(message)) return SshEvent{SshEventKind::ended, {}, {}, {}};
  if (std::string_view rest = message; skip(rest, "User ") && is_not_allowed(rest)) {
    return SshEvent{SshEventKind::not_allowed, {}, {}, {}};
  }
  return std::nullopt;
}

std::optional<SshdLogLine> parse_auth_log_line(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  std::string_view rest = behind_time(line);
  if (!skip(rest, "sshd-session[") && !skip(rest, "sshd[")) return std::nullopt;
  const std::size_t close = rest.find("]: ");
  if (close == std::string_view::npos || !is_number(rest.substr(0, close))) return std::nullopt;
  return SshdLogLine{rest.substr(0, close), rest.substr(close + 3)};
}

std::optional<std::string> network_of(std::string_view address) {
  constexpr std::size_t kIpv6Bytes = 16;
  constexpr std::size_t kIpv4Prefix = 3;  // /24
  constexpr std::size_t kIpv6Prefix = 6;  // /48
  std::array<unsigned char, kIpv6Bytes> bytes{};
  const std::string text(address.substr(0, address.find('%')));
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return "4:" + std::string(bytes.begin(), bytes.begin() + kIpv4Prefix);
  }
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::nullopt;
  return "6:" + std::string(bytes.begin(), bytes.begin() + kIpv6Prefix);
}

}  // namespace clawvigil
