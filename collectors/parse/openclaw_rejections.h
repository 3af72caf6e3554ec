// What OpenClaw writes when it turns a message away because of who sent it, and which channels it
// knows. Collected from 2026.3.13 … 2026.9.6 and their channel packages; every text begins with
// OpenClaw's own words, so what a stranger wrote can never be taken for one.
//
//   Blocked unauthorized telegram sender 111 (dmPolicy=allowlist)
//   irc: drop channel #lab (allowlist)
//
// Left out on purpose: `… pairing request …` (the pairing store is the better source), what is
// dropped for another reason than its sender (no mention, empty, duplicate), and lines that only
// repeat another one ([discord-preflight], warnings that come once per group).
#pragma once

#include <optional>
#include <string_view>

namespace clawvigil::parse {

// The channel's name as in openclaw.json with static storage, "" if OpenClaw has no such channel.
[[nodiscard]] std::string_view known_channel(std::string_view name);

// The channel whose logger this is, "" if it is none: "gateway/channels/irc", "channels/telegram",
// "telegram-auto-reply", "msteams".
[[nodiscard]] std::string_view channel_of_logger(std::string_view name);

struct Rejection {
  std::string_view channel;  // known_channel(), or "unknown": the message does not tell
  std::string_view reason;   // of access_families::kRejectionReasons; static storage
  std::string_view sender;   // as written, part of the message; "" if it does not say
};

// `logger_channel`: channel_of_logger(), "" for verbose lines. Pure.
[[nodiscard]] std::optional<Rejection> match_rejection(std::string_view message,
                                                       std::string_view logger_channel);

// False if match_rejection() surely finds nothing in a message that begins like this. Cheap.
[[nodiscard]] bool may_be_rejection(std::string_view beginning);

}  // namespace clawvigil::parse
