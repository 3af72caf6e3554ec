// How OpenClaw evaluates its channels (2026.3.13 and 2026.9.6 read and run, versions between them
// read): an account's keys replace the channel's, one by one. Until 2026.7 the schema gave accounts
// of most channels default policies of their own, which therefore hid the channel's.
#include "collectors/parse/openclaw_channels.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

namespace clawvigil {

namespace {

using List = Setting<std::vector<std::string>>;

constexpr std::size_t kMaxChannels = 64;
constexpr std::size_t kMaxAccounts = 64;
constexpr std::size_t kMaxGroups = 4096;

constexpr OpenClawVersion kOpenNeedsWildcard{2026, 5, 28};
constexpr OpenClawVersion kAccountsInherit{2026, 8, 0};

// Channels whose accounts have default policies in the schema.
constexpr std::array<std::string_view, 9> kOldAccountDmDefault = {
    "telegram",    "whatsapp", "signal",     "irc",           "imessage",
    "bluebubbles", "line",     "mattermost", "nextcloud-talk"};
constexpr std::array<std::string_view, 11> kOldAccountGroupDefault = {
    "telegram", "whatsapp",   "signal",         "irc",       "imessage", "discord", "bluebubbles",
    "line",     "mattermost", "nextcloud-talk", "googlechat"};
constexpr std::array<std::string_view, 5> kAccountDmDefault = {"irc", "line", "mattermost",
                                                               "nextcloud-talk", "sms"};
constexpr std::array<std::string_view, 5> kAccountGroupDefault = {"irc", "line", "mattermost",
                                                                  "nextcloud-talk", "zalouser"};
// Channels without a group policy in the schema: channels.defaults.groupPolicy applies, then open
// for the last three.
constexpr std::array<std::string_view, 6> kNoGroupDefault = {"matrix", "buzz", "qa-channel",
                                                             "feishu", "zalo", "zalouser"};
constexpr std::array<std::string_view, 3> kGroupsOpenByDefault = {"feishu", "zalo", "zalouser"};
// Channels whose groups do not fall back to allowFrom when groupAllowFrom is empty.
constexpr std::array<std::string_view, 4> kNoGroupFallback = {"telegram", "irc", "googlechat",
                                                              "imessage"};

bool contains(std::span<const std::string_view> list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

bool has_wildcard(const List& list) {
  return std::ranges::find(list.value, "*") != list.value.end();
}

// One account: its own keys before those of its channel.
struct Scope {
  std::string_view channel;
  Node base;
  Node account;
  Node defaults;  // channels.defaults
  const std::optional<OpenClawVersion>& version;

  [[nodiscard]] bool at_least(const OpenClawVersion& since) const {
    return !version || *version >= since;
  }
  [[nodiscard]] Node find(std::string_view key) const {
    const Node own = account[key];
    return own.exists() ? own : base[key];
  }
  // Older files nest direct message keys: dm.policy, dm.allowFrom.
  [[nodiscard]] Node find_dm(std::string_view key, std::string_view nested) const {
    for (const Node& level : {account, base}) {
      if (const Node flat = level[key]; flat.exists()) return flat;
      if (const Node old = level["dm"][nested]; old.exists()) return old;
    }
    return base[key];
  }
};

Setting<bool> read_enabled(const Scope& scope) {
  const auto base = scope.base["enabled"].boolean(true);
  const auto account = scope.account["enabled"].boolean(true);
  return {base.value && account.value, base.configured || account.configured,
          base.known && account.known};
}

Setting<std::string> read_dm_policy(const Scope& scope) {
  for (const Node& level : {scope.account, scope.base}) {
    const Node direct = level["dm"]["enabled"];
    if (direct.exists() && !direct.boolean(true).value) return {"disabled", true};
    if (direct.exists()) break;
  }
  Node node = scope.find_dm("dmPolicy", "policy");
  const bool own_default = scope.at_least(kAccountsInherit)
                               ? contains(kAccountDmDefault, scope.channel)
                               : contains(kOldAccountDmDefault, scope.channel);
  if (own_default && scope.account.exists()) node = scope.account["dmPolicy"];
  const std::string_view otherwise = scope.channel == "synology-chat" ? "allowlist" : "pairing";
  return node.choice(otherwise, {"pairing", "allowlist", "open", "disabled"});
}

Setting<std::string> read_group_policy(const Scope& scope) {
  Node node = scope.find("groupPolicy");
  const bool own_default = scope.at_least(kAccountsInherit)
                               ? contains(kAccountGroupDefault, scope.channel)
                               : contains(kOldAccountGroupDefault, scope.channel);
  if (own_default && scope.account.exists()) node = scope.account["groupPolicy"];
  std::string_view otherwise = "allowlist";
  if (contains(kNoGroupDefault, scope.channel)) {
    if (!node.exists()) node = scope.defaults["groupPolicy"];
    if (contains(kGroupsOpenByDefault, scope.channel)) otherwise = "open";
  }
  auto policy = node.choice(otherwise, {"open", "allowlist", "disabled", "allowall"});
  if (policy.value == "allowall") policy.value = "open";
  return policy;
}

// Telegram from 2026.8 on: "*" of an account does not widen a list the channel restricts.
void keep_channel_restriction(const Scope& scope, List& list) {
  if (scope.channel != "telegram" || !scope.at_least(kAccountsInherit) || !scope.version) return;
  if (!scope.account["allowFrom"].exists() || !has_wildcard(list)) return;
  const auto base = scope.base["allowFrom"].text_list();
  if (std::ranges::all_of(base.value, [](const std::string& entry) { return entry == "*"; })) {
    return;
  }
  std::erase(list.value, "*");
  if (list.value.empty()) list = base;
}

List read_allow_from(const Scope& scope) {
  if (scope.channel == "synology-chat") {
    const Node node = scope.find("allowedUserIds");
    if (node.exists() && node.json()->is_array()) return node.text_list();
    return {};
  }
  List list = scope.find_dm("allowFrom", "allowFrom").text_list();
  keep_channel_restriction(scope, list);
  return list;
}

std::optional<bool> is_dm_open(const ChannelAccount& account, const Scope& scope) {
  if (!account.enabled.known || !account.dm_policy.known) return std::nullopt;
  if (!account.enabled.value || account.dm_policy.value == "disabled") return false;
  if (account.has_wildcard) return true;
  const bool open_suffices = !scope.version || *scope.version < kOpenNeedsWildcard;
  if (account.dm_policy.value == "open" && open_suffices) return true;
  if (!account.allow_from.known) return std::nullopt;
  return false;
}

// An entry of groups, guilds or channels that lets everyone in.
bool is_open_entry(const NodeMember& entry, bool all_members_by_default) {
  const Node& node = entry.node;
  if (!node.json()->is_object()) return false;
  if (node["enabled"].exists() && !node["enabled"].is_true()) return false;
  const Node policy = node["groupPolicy"];
  if (policy.exists() && *policy.json() == "open") return true;
  const bool restricted = node["users"].exists() || node["roles"].exists();
  if (all_members_by_default && entry.key == "*" && !restricted) return true;
  return has_wildcard(node["allowFrom"].text_list()) || has_wildcard(node["users"].text_list());
}

constexpr std::array<std::string_view, 3> kGroupKeys = {"groups", "guilds", "channels"};

bool names_groups(const Scope& scope) {
  return std::ranges::any_of(kGroupKeys, [&](std::string_view key) {
    const Node node = scope.find(key);
    return node.exists() && node.json()->is_object() && !node.json()->empty();
  });
}

bool has_open_entry(const Scope& scope) {
  for (const std::string_view key : kGroupKeys) {
    const Node node = scope.find(key);
    if (!node.exists() || !node.json()->is_object()) continue;
    const bool all_members = key != "groups";
    for (const NodeMember& entry : node.members(kMaxGroups)) {
      if (is_open_entry(entry, all_members)) return true;
    }
  }
  return false;
}

std::optional<bool> is_group_open(const ChannelAccount& account, const Scope& scope) {
  if (!account.enabled.known || !account.group_policy.known) return std::nullopt;
  if (!account.enabled.value || account.group_policy.value == "disabled") return false;
  if (account.group_policy.value == "open" || has_open_entry(scope)) return true;
  List senders = scope.find("groupAllowFrom").text_list();
  if (senders.value.empty() && !contains(kNoGroupFallback, scope.channel)) {
    senders = account.allow_from;
  }
  if (has_wildcard(senders)) return true;
  if (!senders.known) return std::nullopt;
  return false;
}

ChannelAccount read_account(const Scope& scope, std::string_view id, std::size_t number) {
  ChannelAccount account;
  account.channel = scope.channel;
  account.account = account_label(id, number);
  account.account_id = id;
  account.enabled = read_enabled(scope);
  account.dm_policy = read_dm_policy(scope);
  account.group_policy = read_group_policy(scope);
  account.allow_from = read_allow_from(scope);
  account.has_wildcard = has_wildcard(account.allow_from);
  account.names_groups = names_groups(scope);
  account.dm_open = is_dm_open(account, scope);
  account.group_open = is_group_open(account, scope);
  return account;
}

// From 2026.8 on credentials at channel level stand for an account "default" of their own.
bool has_implicit_default(const Scope& scope) {
  constexpr std::array<std::string_view, 4> kCredentials = {"botToken", "tokenFile", "token",
                                                            "appToken"};
  return scope.version && scope.at_least(kAccountsInherit) &&
         std::ranges::any_of(kCredentials,
                             [&](std::string_view key) { return scope.base[key].exists(); });
}

void read_channel(Scope scope, std::vector<ChannelAccount>& out) {
  const Node accounts = scope.base["accounts"];
  const auto members = accounts.members(kMaxAccounts);
  const bool has_default =
      std::ranges::any_of(members, [](const NodeMember& m) { return m.key == "default"; });
  if (members.empty() || (!has_default && has_implicit_default(scope))) {
    out.push_back(read_account(scope, "default", 0));
  }
  std::size_t number = 0;
  for (const NodeMember& member : members) {
    // The id may be a phone number, so issues name the label.
    scope.account = member.node.shown_as(accounts.path() + "." + account_label(member.key, number));
    out.push_back(read_account(scope, member.key, number++));
  }
}

bool is_identifier(std::string_view text) {
  constexpr std::size_t kLongest = 32;
  return !text.empty() && text.size() <= kLongest && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace

std::string account_label(std::string_view id, std::size_t number) {
  constexpr int kPhoneDigits = 6;
  int run = 0;
  bool phone = false;
  for (const char c : id) {
    if (c >= '0' && c <= '9') {
      phone = phone || ++run >= kPhoneDigits;
    } else if (c != '.' && c != '_' && c != '-') {
      run = 0;
    }
  }
  return is_identifier(id) && !phone ? std::string(id) : std::to_string(number);
}

std::vector<ChannelAccount> read_channels(const Node& channels,
                                          const std::optional<OpenClawVersion>& version) {
  std::vector<ChannelAccount> result;
  const Node defaults = channels["defaults"];
  for (const NodeMember& member : channels.members(kMaxChannels)) {
    if (member.key == "defaults" || member.key == "modelByChannel") continue;
    if (!is_identifier(member.key)) {
      channels.issue("channel names of letters, digits and dashes");
      continue;
    }
    if (!member.node.json()->is_object()) {
      member.node.issue("an object");
      continue;
    }
    const Node none = member.node["accounts"][""].shown_as("");
    read_channel({member.key, member.node, none, defaults, version}, result);
  }
  return result;
}

bool several_may_write(std::span<const ChannelAccount> accounts,
                       const std::map<std::string, std::size_t>& approved) {
  std::set<std::string> listed;            // with their channel
  std::set<std::string> pairing_channels;  // counted once, whatever their number of accounts
  std::size_t from_store = 0;
  for (const ChannelAccount& account : accounts) {
    if (!account.enabled.value || account.dm_policy.value == "disabled") continue;
    if (account.dm_open.value_or(false)) return true;
    for (const std::string& id : account.allow_from.value)
      listed.insert(account.channel + ":" + id);
    const auto count = approved.find(account.channel);
    const bool admitted = account.dm_policy.value == "pairing" && count != approved.end();
    if (admitted && pairing_channels.insert(account.channel).second) from_store += count->second;
  }
  return listed.size() + from_store > 1;
}

}  // namespace clawvigil
