// Who may talk to the agent, channel by channel: the effective policies, as the version of OpenClaw
// that wrote the configuration evaluates them.
//
//   "telegram": {"dmPolicy": "open", "allowFrom": ["*"], "accounts": {"work": {"allowFrom": []}}}
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/openclaw_reader.h"
#include "collectors/parse/openclaw_version.h"

namespace clawvigil {

// One account of one channel; a channel without `accounts` has the account "default".
struct ChannelAccount {
  std::string channel;  // key below `channels`
  std::string account;  // the label: the id if it is a harmless identifier, else its number from 0
  std::string account_id;          // as configured: never a label
  Setting<bool> enabled{true};     // the channel's switch and the account's
  Setting<std::string> dm_policy;  // effective: pairing, allowlist, open, disabled
  Setting<std::string>
      group_policy;  // effective: open, allowlist, disabled; "" if it has no groups
  Setting<std::vector<std::string>> allow_from;  // effective direct message allow list
  bool has_wildcard = false;                     // "*" in allow_from
  // Anyone may write: enabled, and "*" admitted by a policy other than disabled, or policy open in
  // a version (before 2026.5.28) where open alone admits everyone. nullopt: not determinable.
  std::optional<bool> dm_open;
  bool names_groups = false;  // groups, guilds or channels it listens to are listed
  // Anyone in some group the bot is in may command it: enabled, and policy open, or "*" among the
  // admitted senders, or a group entry that is open itself.
  std::optional<bool> group_open;
};

// The label for an account: ids of letters, digits, '.', '_' and '-', at most 32, without six or
// more digits in a row (separators not counted), which could be a phone number; else the number.
[[nodiscard]] std::string account_label(std::string_view id, std::size_t number);

// `channels` is the node of that name. An unknown version is judged by the more open reading.
[[nodiscard]] std::vector<ChannelAccount> read_channels(
    const Node& channels, const std::optional<OpenClawVersion>& version);

// True if more than one person can send direct messages to enabled accounts: an open one, or two or
// more listed or approved senders. `approved` counts the pairing store's ids by channel; they are
// admitted where the policy is pairing.
[[nodiscard]] bool several_may_write(std::span<const ChannelAccount> accounts,
                                     const std::map<std::string, std::size_t>& approved);

}  // namespace clawvigil
