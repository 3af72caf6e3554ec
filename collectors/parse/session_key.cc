#include "collectors/parse/session_key.h"

#include <algorithm>
#include <array>

#include "collectors/parse/openclaw_rejections.h"

namespace clawvigil::parse {

namespace {

// Channels of 2026.9.6 that reject nobody by themselves, beside those of known_channel().
constexpr std::array<std::string_view, 10> kMoreChannels = {
    "a2a",  "clickclack", "imap",  "qqbot",   "raft",
    "reef", "wechat",     "wecom", "yuanbao", "zaloclawbot"};

// Inner names: {as OpenClaw writes it, the label}.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kInnerNames = {
    {{"internal", kChannelWeb},
     {"cli", kChannelWeb},
     {"tui", kChannelWeb},
     {"node", kChannelWeb},
     {"acp", kChannelWeb},
     {"openai", kChannelWeb},
     {"openai-user", kChannelWeb},
     {"voice", "voice-call"},
     {"heartbeat", kChannelNone},
     {"cron", kChannelNone},
     {"cron-event", kChannelNone},
     {"webhook", kChannelNone},
     {"none", kChannelNone},
     {"sessions_send", kChannelNone}}};

constexpr std::array<std::pair<std::string_view, Trigger>, 4> kFamilies = {
    {{"cron", Trigger::cron},
     {"hook", Trigger::hook},
     {"boot", Trigger::hook},  // BOOT.md, run when the gateway starts
     {"subagent", Trigger::subagent}}};

constexpr std::array<std::string_view, 4> kWebFamilies = {"main", "global", "explicit",
                                                          "dashboard"};

// The next part of `rest`, which loses it and the separator behind it.
std::string_view take_part(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// `rest` is what follows "agent:<agent>:".
SessionKey read_rest(std::string_view rest, char separator) {
  constexpr std::string_view kHeartbeat = "heartbeat";
  SessionKey key;
  const std::string_view all = rest;
  const std::string_view family = take_part(rest, separator);
  for (const auto& [name, trigger] : kFamilies) {
    if (family == name) key.trigger = trigger;
  }
  if (all.size() > kHeartbeat.size() && all.ends_with(kHeartbeat) &&
      all[all.size() - kHeartbeat.size() - 1] == separator) {
    key.trigger = Trigger::heartbeat;
  }
  // agent:<agent>:acp:binding:<channel>:<account>:<hash>
  constexpr std::string_view kBinding = "binding";
  if (family == "acp" && take_part(rest, separator) == kBinding) {
    key.channel = channel_label(take_part(rest, separator));
  } else if (const std::string_view channel = channel_label(family); channel != kChannelOther) {
    key.channel = channel;
  } else if (std::ranges::find(kWebFamilies, family) != kWebFamilies.end()) {
    key.channel = kChannelWeb;
  }
  if (is_autonomous(key.trigger) && key.channel.empty()) key.channel = kChannelNone;
  return key;
}

}  // namespace

std::string_view channel_label(std::string_view name) {
  if (name.empty()) return {};
  if (const std::string_view known = known_channel(name); !known.empty()) return known;
  if (const auto* const found = std::ranges::find(kMoreChannels, name);
      found != kMoreChannels.end()) {
    return *found;
  }
  for (const auto& [inner, label] : kInnerNames) {
    if (inner == name) return label;
  }
  return kChannelOther;
}

SessionKey parse_session_key(std::string_view key) {
  constexpr std::string_view kStart = "agent:";
  if (!key.starts_with(kStart)) return {};
  key.remove_prefix(kStart.size());
  const std::string_view agent = take_part(key, ':');
  if (agent.empty() || key.empty()) return {};
  SessionKey parsed = read_rest(key, ':');
  parsed.agent = agent;
  return parsed;
}

SessionKey parse_imported_name(std::string_view name, std::string_view agent) {
  constexpr std::string_view kStart = "agent_";
  if (!name.starts_with(kStart)) return {};
  name.remove_prefix(kStart.size());
  if (agent.empty() || name.size() <= agent.size()) return {};
  const auto as_in_name = [](char c) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    return plain ? c : '_';
  };
  for (std::size_t i = 0; i < agent.size(); ++i) {
    if (name[i] != agent[i] && name[i] != as_in_name(agent[i])) return {};
  }
  if (name[agent.size()] != '_') return {};
  std::string_view rest = name.substr(agent.size() + 1);
  rest = rest.substr(0, rest.find('.'));
  if (rest.empty()) return {};
  SessionKey parsed = read_rest(rest, '_');
  parsed.agent = agent;
  return parsed;
}

}  // namespace clawvigil::parse
