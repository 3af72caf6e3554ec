// One entry of an OpenClaw transcript, as it stands on a line of a session's .jsonl file (up to
// 2026.7) and in transcript_events.event_json (since): the same object in both, byte for byte.
//
//   {"type":"message","id":"1cbead17","parentId":"39d43b05","timestamp":"2026-11-21T23:03:34.923Z",
//    "message":{"role":"assistant","content":[…],"provider":"fakeai","model":"fake-large",
//    "usage":{"input":500,"output":41,"cacheRead":1000,"cacheWrite":0,"cost":{"total":0.002415}},
//    "stopReason":"stop","timestamp":1795302214819}}
//   {"type":"message","id":"39d43b05",…,"message":{"role":"user","content":[…] or "…",
//    "provenance":{"kind":"internal_system","sourceTool":"cron",…}}}      (see prompt_origin.h)
//
// Source: OPENCLAW.md section 4. Only what usage accounting needs is read; of texts and of the
// arguments of tools nothing but hashes leaves the parser.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "collectors/parse/string_elider.h"
#include "collectors/parse/token_counts.h"
#include "collectors/parse/trigger.h"
#include "exporter/base/result.h"

namespace clawvigil::parse {

// The usage of one model call. Views are valid until the next parse() of the same parser.
struct UsageRecord {
  std::uint64_t key = 0;      // identity inside a session and its forks: hash of entry id and time
  std::int64_t time_ms = 0;   // Unix time; 0 when the entry carries none
  std::string_view provider;  // may be empty
  std::string_view model;     // may be empty
  TokenCounts tokens;
  std::optional<double> cost_usd;  // recorded cost.total
  bool failed = false;             // stopReason "error"
  std::uint64_t calls = 0;         // hash of the tool calls it asks for, 0 without any
  // subagent: it answers a subagent's report, which 2026.9 hands over without a message.
  Trigger origin = Trigger::unknown;
};

// A message to the model: of a person, or of what else begins a turn. Its text is not kept.
struct PromptRecord {
  std::uint64_t key = 0;              // identity, as in UsageRecord
  std::int64_t time_ms = 0;           // Unix time; 0 when the entry carries none
  Trigger origin = Trigger::unknown;  // user: a person wrote it
  std::uint64_t text = 0;             // hash of the text without the time it begins with
  bool plain = false;                 // these as in PromptOrigin
  bool from_channel = false;
  std::string_view channel{};
};

// First line of a session.
struct SessionHeader {
  std::string id;
  std::string parent;  // session id this one was forked from, or ""
};

// monostate: an entry that is none of these (tool result, model change …).
using TranscriptEntry = std::variant<std::monostate, SessionHeader, UsageRecord, PromptRecord>;

// Not thread-safe; keeps one buffer that grows with the longest entry.
class TranscriptParser {
 public:
  // Bytes that must be readable behind an entry (their content does not matter).
  static constexpr std::size_t kPadding = simdjson::SIMDJSON_PADDING;

  // `entry` must be followed by at least kPadding readable bytes. Errc::parse for what is not a
  // JSON object or has token counts that cannot be; bytes that are not UTF-8 are replaced, not
  // refused.
  [[nodiscard]] Result<TranscriptEntry> parse(std::string_view entry);

 private:
  [[nodiscard]] simdjson::error_code parse_padded(const char* data, std::size_t size,
                                                  TranscriptEntry& out);
  [[nodiscard]] simdjson::error_code parse_shortened(std::string_view entry, TranscriptEntry& out);
  simdjson::ondemand::parser parser_;
  StringElider elider_;
  std::string repaired_;
};

// True if `entry` certainly is the result of a tool, judged by its first bytes alone: the cheap
// test for the bulk of a transcript.
[[nodiscard]] bool is_surely_tool_result(std::string_view entry);

// The session id named by a transcript's file name, or by a header's parentSession:
//   "33e19ddf-….jsonl", "2026-11-22T00-02-27-058Z_fd229308-….jsonl", "….jsonl.reset.<time>",
//   "/…/33e19ddf-….jsonl", "sqlite:<agent>:<session id>:<path>"
[[nodiscard]] std::string session_id_of(std::string_view reference);

}  // namespace clawvigil::parse
