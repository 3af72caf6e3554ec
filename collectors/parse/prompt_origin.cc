#include "collectors/parse/prompt_origin.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "collectors/parse/session_key.h"

namespace clawvigil::parse {

namespace {

// How prompts begin that OpenClaw writes itself.
constexpr std::array<std::pair<std::string_view, Trigger>, 13> kBeginnings = {
    {{"[cron:", Trigger::cron},
     {"[OpenClaw cron wake]", Trigger::cron},
     {"A scheduled reminder has been triggered.", Trigger::cron},
     {"A scheduled cron event was triggered", Trigger::cron},
     {"Read HEARTBEAT.md", Trigger::heartbeat},
     {"[OpenClaw heartbeat poll]", Trigger::heartbeat},
     {"[OpenClaw exec completion]", Trigger::heartbeat},
     {"[OpenClaw session event]", Trigger::heartbeat},
     {"Run the following periodic tasks (only those due", Trigger::heartbeat},
     {"An async command you ran earlier has completed.", Trigger::heartbeat},
     {"[Subagent Context]", Trigger::subagent},
     {"[Inter-session message]", Trigger::subagent},
     {"OpenClaw runtime context (internal):", Trigger::subagent}}};

constexpr std::string_view kExternal =
    "SECURITY NOTICE: The following content is from an EXTERNAL, UNTRUSTED source";
constexpr std::string_view kConversation = "Conversation info (untrusted metadata):\n```json\n{";
constexpr std::string_view kTime = "\nCurrent time: ";

bool has_shape(std::string_view text, std::string_view shape) {
  return text.size() >= shape.size() &&
         std::equal(shape.begin(), shape.end(), text.begin(), [](char want, char got) {
           return want == 'd' ? got >= '0' && got <= '9' : want == got;
         });
}

// Without "[Sun 2026-11-22 15:21 UTC] " at the beginning.
std::string_view without_time(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  constexpr std::string_view kShape = "dddd-dd-dd dd:dd";
  constexpr std::string_view kEnd = "] ";
  if (!text.starts_with('[')) return text;
  const std::size_t end = text.substr(0, kLongest).find(kEnd);
  if (end == std::string_view::npos) return text;
  const std::string_view inside = text.substr(1, end - 1);
  const std::size_t year = inside.find_first_of("0123456789");
  if (year == std::string_view::npos || !has_shape(inside.substr(year), kShape)) return text;
  return text.substr(end + kEnd.size());
}

// Without the events OpenClaw puts before a prompt, a line each.
std::string_view without_events(std::string_view text) {
  constexpr std::string_view kEvent = "System: [";
  const std::string_view all = text;
  while (text.starts_with(kEvent)) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return all;  // nothing else: it is the prompt
    text.remove_prefix(end + 1);
  }
  while (text.starts_with('\n')) text.remove_prefix(1);
  return text.empty() ? all : text;
}

std::string_view stripped(std::string_view text) {
  return without_time(without_events(without_time(text)));
}

// Where the lines begin that end the prompts of cron and heartbeat; npos if they do not.
std::size_t closing_time(std::string_view text) {
  constexpr std::string_view kReference = "\nReference UTC: ";
  const std::size_t found = text.rfind(kTime);
  if (found == std::string_view::npos) return found;
  std::string_view behind = text.substr(found + kTime.size());
  if (const std::size_t reference = behind.find(kReference); reference != std::string_view::npos) {
    behind = behind.substr(0, reference);
  }
  constexpr std::size_t kLongest = 128;
  const bool is_last_line = behind.size() < kLongest && behind.find('\n') == std::string_view::npos;
  return is_last_line ? found : std::string_view::npos;
}

bool is_external(std::string_view text) {
  constexpr std::size_t kSearched = 512;  // a line about the job stands before
  return text.starts_with(kExternal) ||
         ((text.starts_with("Task: ") || text.starts_with("Job ID: ")) &&
          text.substr(0, kSearched).find(kExternal) != std::string_view::npos);
}

// The web page's messages have such a block too, but without a sender.
bool is_from_channel(std::string_view text) {
  if (!text.starts_with(kConversation)) return false;
  const std::string_view block = text.substr(0, text.find("\n```", kConversation.size()));
  return block.find("\n  \"sender") != std::string_view::npos;
}

PromptOrigin origin_of_text(std::string_view text) {
  text = stripped(text);
  if (is_external(text)) return {.trigger = Trigger::hook};
  for (const auto& [beginning, trigger] : kBeginnings) {
    if (text.starts_with(beginning)) return {.trigger = trigger};
  }
  if (is_from_channel(text)) return {.trigger = Trigger::user, .from_channel = true};
  if (closing_time(text) != std::string_view::npos) return {.trigger = Trigger::heartbeat};
  return {.trigger = Trigger::user, .plain = true};
}

// Whatever wakes an agent without a person, a job, a hook or another session is its heartbeat: the
// same machinery runs it.
Trigger internal_trigger(std::string_view source_tool) {
  if (source_tool == "cron") return Trigger::cron;
  return source_tool == "hook" ? Trigger::hook : Trigger::heartbeat;
}

}  // namespace

PromptOrigin origin_of_prompt(const PromptMarks& marks) {
  PromptOrigin origin;
  if (marks.provenance_kind == "internal_system") {
    origin.trigger = internal_trigger(marks.source_tool);
  } else if (marks.provenance_kind == "inter_session") {
    origin.trigger = Trigger::subagent;
  } else if (marks.provenance_kind == "external_user" || marks.has_sender) {
    origin.trigger = Trigger::user;
  } else {
    origin = origin_of_text(marks.text);
  }
  origin.channel = channel_label(marks.channel);
  if (origin.trigger == Trigger::user && marks.has_sender && origin.channel.empty()) {
    origin.channel = kChannelWeb;
  }
  return origin;
}

std::uint64_t hash_of_prompt(std::string_view text) {
  text = stripped(text);
  if (is_external(text)) text.remove_prefix(text.find(kExternal));
  std::string_view behind;  // what follows the time, unless that is all
  if (const std::size_t time = text.find(kTime); time != std::string_view::npos) {
    behind = text.substr(time + 1);
    text = text.substr(0, time);
    const std::size_t end = behind.find("\n\n");
    behind = end == std::string_view::npos ? std::string_view() : behind.substr(end);
  }
  const std::uint64_t hash =
      XXH3_64bits_withSeed(behind.data(), behind.size(), XXH3_64bits(text.data(), text.size()));
  return std::max<std::uint64_t>(hash, 1);
}

Trigger trigger_of_turn(Trigger session, Trigger prompt, bool plain) {
  if (plain && is_autonomous(session)) return session;
  // 2026.3.13 hands what an unguarded hook says to cron's machinery.
  if (session == Trigger::hook && prompt == Trigger::cron) return session;
  return prompt;
}

}  // namespace clawvigil::parse
