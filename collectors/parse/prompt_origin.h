// Who wrote the message that began a turn, as its transcript entry tells. Collected from 2026.3.13
// and 2026.9.6:
//
//   9.6   "content":"[OpenClaw heartbeat poll]","provenance":{"kind":"internal_system",
//         "sourceTool":"heartbeat"}                        sourceTool also cron, hook, exec, …
//         "content":"hello","__openclaw":{"senderIsOwner":false,…,"transport":{"channel":"telegram"}}
//   both  "provenance":{"kind":"inter_session","sourceTool":"subagent_announce"}
//         "Job ID: … | Received: …\n\nSECURITY NOTICE: The following content is from an EXTERNAL,
//         …"
//   3.13  "[Sun 2026-11-22 15:21 UTC] from the cli"  "hello over HTTP"
//         "Conversation info (untrusted metadata):\n```json\n{\n  \"message_id\": …}\n```\n\n…"
//         "[cron:<job> <name>] <task>\nCurrent time: Sunday, November 22nd, 2026 — 3:21 PM (UTC) /
//         …" "System: [2026-11-22 15:22:06 UTC] <event>\n\nA scheduled reminder has been triggered.
//         …" "Read HEARTBEAT.md if it exists …\nCurrent time: …"   (or the owner's own heartbeat
//         prompt)
//         "[Sun 2026-11-22 15:22 UTC] [Subagent Context] You are running as a subagent …"
//
// Words prove nothing: a person can write all of these. They count only where OpenClaw did not say
// more (provenance, __openclaw), and what they can do at worst is to make a person's turn look
// like the agent's own, which shows it sooner.
#pragma once

#include <cstdint>
#include <string_view>

#include "collectors/parse/trigger.h"

namespace clawvigil::parse {

// What a user entry carries.
struct PromptMarks {
  std::string_view text;  // of its first part
  std::string_view provenance_kind;
  std::string_view source_tool;
  std::string_view channel;  // __openclaw.transport.channel
  bool has_sender = false;   // __openclaw names who sent it, or how it came
};

struct PromptOrigin {
  Trigger trigger = Trigger::unknown;  // user: a person; never unknown
  // Nothing but the lack of any mark says that a person wrote it: in a session of cron, a hook or
  // a subagent nobody did.
  bool plain = false;
  bool from_channel = false;   // it came through a channel, though the entry does not say which
  std::string_view channel{};  // channel_label(); "" if the entry does not say. Static storage
};

[[nodiscard]] PromptOrigin origin_of_prompt(const PromptMarks& marks);

// Equal for the same words at different times: without times and ids OpenClaw adds. Never 0.
[[nodiscard]] std::uint64_t hash_of_prompt(std::string_view text);

// What a prompt in a session means that serves `session` (unknown: people, or nobody knows).
[[nodiscard]] Trigger trigger_of_turn(Trigger session, Trigger prompt, bool plain);

}  // namespace clawvigil::parse
