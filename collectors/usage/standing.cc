#include "collectors/usage/standing.h"

#include <array>

#include "exporter/base/strings.h"

namespace clawvigil::usage {

namespace {

constexpr std::string_view kNamed = "named";
constexpr std::string_view kNothing = "-";

// A channel people write through, not the web, nor nobody's turn.
bool is_message_channel(std::string_view channel) {
  return !channel.empty() && channel != parse::kChannelWeb && channel != parse::kChannelNone;
}

std::string_view or_nothing(std::string_view text) { return text.empty() ? kNothing : text; }

std::string_view label_in(std::string_view text) {
  return text == kNothing ? std::string_view() : parse::channel_label(text);
}

}  // namespace

SessionOrigin origin_of(const parse::SessionKey& key, std::string_view channel, bool spawned,
                        bool from_hook) {
  SessionOrigin origin{.trigger = key.trigger,
                       .channel = key.channel,
                       .reached_by = parse::channel_label(channel),
                       .named = !key.agent.empty()};
  if (spawned && origin.trigger == Trigger::unknown) origin.trigger = Trigger::subagent;
  if (from_hook) origin.trigger = Trigger::hook;  // 2026.9.6 gives hooks the keys of cron
  return origin;
}

void Standing::take(parse::PromptRecord& prompt) {
  prompt.origin = parse::trigger_of_turn(session_.trigger, prompt.origin, prompt.plain);
  turn_ = {prompt.origin, channel_of(prompt)};
}

Turn Standing::take(const parse::UsageRecord& record) {
  if (record.origin != Trigger::unknown && record.origin != turn_.trigger) {
    turn_ = {record.origin, own_channel()};
  }
  if (turn_.trigger != Trigger::unknown) return turn_;
  return whole();
}

Turn Standing::whole() const {
  const Trigger trigger = session_.trigger != Trigger::unknown ? session_.trigger
                          : session_.named                     ? Trigger::user
                                                               : turn_.trigger;
  if (is_message_channel(session_.channel)) return {trigger, session_.channel};
  if (parse::is_autonomous(trigger)) return {trigger, own_channel()};
  if (is_message_channel(session_.reached_by)) return {trigger, session_.reached_by};
  if (!turn_.channel.empty()) return {trigger, turn_.channel};
  return {trigger, trigger == Trigger::user ? parse::kChannelWeb : parse::kChannelOther};
}

std::string_view Standing::channel_of(const parse::PromptRecord& prompt) const {
  if (!prompt.channel.empty()) return prompt.channel;
  if (parse::is_autonomous(prompt.origin)) return own_channel();
  if (is_message_channel(session_.channel)) return session_.channel;
  if (!prompt.from_channel) return parse::kChannelWeb;
  return is_message_channel(session_.reached_by) ? session_.reached_by : parse::kChannelOther;
}

std::string_view Standing::own_channel() const {
  return is_message_channel(session_.channel) ? session_.channel : parse::kChannelNone;
}

std::string Standing::to_text() const {
  std::string text;
  for (const std::string_view word :
       {parse::to_string(session_.trigger), or_nothing(session_.channel),
        or_nothing(session_.reached_by), session_.named ? kNamed : kNothing,
        parse::to_string(turn_.trigger), or_nothing(turn_.channel)}) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

Standing Standing::from_text(std::string_view text) {
  constexpr std::size_t kWords = 6;
  const auto words = split(text, ' ');
  Standing standing;
  if (words.size() != kWords) return standing;
  standing.session_ = {.trigger = parse::parse_trigger(words[0]).value_or(Trigger::unknown),
                       .channel = label_in(words[1]),
                       .reached_by = label_in(words[2]),
                       .named = words[3] == kNamed};
  standing.turn_ = {parse::parse_trigger(words[4]).value_or(Trigger::unknown), label_in(words[5])};
  return standing;
}

}  // namespace clawvigil::usage
