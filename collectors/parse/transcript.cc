#include "collectors/parse/transcript.h"

#include <xxhash.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "collectors/parse/json_members.h"
#include "collectors/parse/prompt_origin.h"
#include "collectors/parse/transcript_content.h"
#include "collectors/parse/transcript_usage.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

namespace ondemand = simdjson::ondemand;
using json::for_each_member;
using json::for_each_member_of;
using json::read_text;
using simdjson::error_code;

struct Fields {
  std::string_view type;
  std::string_view id;
  std::string_view timestamp;
  std::string_view parent_session;
  std::string_view role;
  std::string_view provider;
  std::string_view model;
  std::string_view stop_reason;
  MessageContent content;
  std::int64_t message_time_ms = 0;
  Usage message_usage;
  Usage entry_usage;
};

error_code read_message_time(ondemand::value& value, std::int64_t& time_ms) {
  constexpr double kLastTime = 1e15;
  std::optional<double> time;
  const error_code error = read_number(value, time);
  if (time && std::abs(*time) < kLastTime) time_ms = std::llround(*time);
  return error;
}

error_code read_message(ondemand::value& value, Fields& fields) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    if (key == "role") return read_text(member, fields.role);
    if (key == "content") return read_content(member, fields.role == "assistant", fields.content);
    if (key == "provenance") return read_provenance(member, fields.content.prompt);
    if (key == "__openclaw") return read_envelope(member, fields.content);
    if (key == "provider") return read_text(member, fields.provider);
    if (key == "model") return read_text(member, fields.model);
    if (key == "stopReason") return read_text(member, fields.stop_reason);
    if (key == "usage") return read_usage(member, fields.message_usage);
    if (key == "timestamp") return read_message_time(member, fields.message_time_ms);
    return simdjson::SUCCESS;
  });
}

error_code read_entry(ondemand::object& object, Fields& fields) {
  return for_each_member(object, [&](std::string_view key, ondemand::value& member) {
    if (key == "type") return read_text(member, fields.type);
    if (key == "id") return read_text(member, fields.id);
    if (key == "timestamp") return read_text(member, fields.timestamp);
    if (key == "parentSession") return read_text(member, fields.parent_session);
    if (key == "message") return read_message(member, fields);
    if (key == "usage") return read_usage(member, fields.entry_usage);
    return simdjson::SUCCESS;
  });
}

// "2026-11-21T23:03:34.923Z" to Unix milliseconds; 0 when it is not of that shape.
std::int64_t parse_iso_ms(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < kShape.size()) return 0;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !digit : text[i] != kShape[i]) return 0;
  }
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = 0;
    for (const char c : text.substr(at, length)) value = value * 10 + (c - '0');
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  if (!date.ok()) return 0;
  const auto time = std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) +
                    std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::uint64_t identity(const Fields& fields, std::string_view entry) {
  if (fields.id.empty()) return XXH3_64bits(entry.data(), entry.size());
  return XXH3_64bits_withSeed(fields.id.data(), fields.id.size(),
                              XXH3_64bits(fields.timestamp.data(), fields.timestamp.size()));
}

std::int64_t time_of(const Fields& fields) {
  return fields.message_time_ms > 0 ? fields.message_time_ms : parse_iso_ms(fields.timestamp);
}

PromptRecord to_prompt(const Fields& fields, std::string_view raw) {
  const PromptOrigin origin = origin_of_prompt(fields.content.prompt);
  return {.key = identity(fields, raw),
          .time_ms = time_of(fields),
          .origin = origin.trigger,
          .text = hash_of_prompt(fields.content.prompt.text),
          .plain = origin.plain,
          .from_channel = origin.from_channel,
          .channel = origin.channel};
}

TranscriptEntry to_entry(const Fields& fields, std::string_view raw) {
  constexpr std::string_view kReport = "announce:";
  if (fields.type == "session") {
    return SessionHeader{std::string(fields.id), session_id_of(fields.parent_session)};
  }
  if (fields.type == "message" && fields.role == "user" && !fields.content.only_results) {
    return to_prompt(fields, raw);
  }
  const Usage& usage = fields.message_usage.present ? fields.message_usage : fields.entry_usage;
  // Rows OpenClaw writes itself (delivery-mirror, gateway-injected) are no model calls.
  if (fields.role != "assistant" || !usage.present || fields.provider == "openclaw") return {};
  UsageRecord record;
  record.key = identity(fields, raw);
  record.time_ms = time_of(fields);
  record.provider = fields.provider;
  record.model = fields.model;
  record.tokens = usage.tokens;
  record.cost_usd = usage.cost_usd;
  record.failed = fields.stop_reason == "error";
  record.calls = fields.content.calls;
  if (fields.content.run_id.starts_with(kReport)) record.origin = Trigger::subagent;
  return record;
}

// The role of a message as OpenClaw writes it, judged by its first bytes alone; "" if they do not
// tell for certain.
std::string_view role_at_head(std::string_view entry) {
  constexpr std::string_view kStart = R"({"type":"message","id":")";
  constexpr std::string_view kMessage = R"(,"message":{"role":")";
  constexpr std::size_t kSearched = 256;
  if (!entry.starts_with(kStart)) return {};
  const std::string_view head = entry.substr(0, kSearched);
  const std::size_t message = head.find(kMessage, kStart.size());
  if (message == std::string_view::npos) return {};
  // Only plain fields may stand between: no string and no nested object imitates the message.
  const std::string_view between = head.substr(kStart.size(), message - kStart.size());
  if (between.find_first_of("\\{[") != std::string_view::npos) return {};
  const std::string_view role = head.substr(message + kMessage.size());
  const std::size_t end = role.find('"');
  return end == std::string_view::npos ? std::string_view() : role.substr(0, end);
}

}  // namespace

error_code TranscriptParser::parse_padded(const char* data, std::size_t size,
                                          TranscriptEntry& out) {
  ondemand::document document;
  if (const error_code error = parser_.iterate(data, size, size + kPadding).get(document)) {
    return error;
  }
  ondemand::object object;
  if (const error_code error = document.get_object().get(object)) return error;
  Fields fields;
  if (const error_code error = read_entry(object, fields)) return error;
  const char* rest = nullptr;  // after the last token current_location() is out of bounds
  if (document.current_location().get(rest) == simdjson::SUCCESS) return simdjson::TRAILING_CONTENT;
  out = to_entry(fields, {data, size});
  return simdjson::SUCCESS;
}

// Most of a long message of a person is a picture: it is left out before anything is parsed.
error_code TranscriptParser::parse_shortened(std::string_view entry, TranscriptEntry& out) {
  elider_.reset();
  elider_.feed(entry);
  const std::string_view line = elider_.overflowed() ? entry : elider_.line();
  return parse_padded(line.data(), line.size(), out);
}

Result<TranscriptEntry> TranscriptParser::parse(std::string_view entry) {
  constexpr std::size_t kLong = 16UL * 1024;
  TranscriptEntry out;
  const bool shorten = entry.size() > kLong && role_at_head(entry) == "user";
  error_code error =
      shorten ? parse_shortened(entry, out) : parse_padded(entry.data(), entry.size(), out);
  if (error == simdjson::UTF8_ERROR) {
    repaired_ = sanitize(entry, entry.size() * 3);
    repaired_.reserve(repaired_.size() + kPadding);
    error = parse_padded(repaired_.data(), repaired_.size(), out);
  }
  if (error) return fail(Errc::parse, simdjson::error_message(error));
  return out;
}

bool is_surely_tool_result(std::string_view entry) { return role_at_head(entry) == "toolResult"; }

std::string session_id_of(std::string_view reference) {
  constexpr std::string_view kDatabase = "sqlite:";
  if (reference.starts_with(kDatabase)) {
    const auto parts = split(reference, ':');
    return parts.size() > 2 ? std::string(parts[2]) : std::string();
  }
  if (const std::size_t slash = reference.rfind('/'); slash != std::string_view::npos) {
    reference.remove_prefix(slash + 1);
  }
  reference = reference.substr(0, reference.find(".jsonl"));
  // A migrated file's name begins with its session key: agent_main_main.<session id>
  constexpr std::size_t kUuidLength = 36;
  if (reference.size() > kUuidLength && reference[reference.size() - kUuidLength - 1] == '.') {
    reference.remove_prefix(reference.size() - kUuidLength);
  }
  // A fork's file name begins with its time: 2026-11-22T00-02-27-058Z_<session id>
  constexpr std::size_t kTimeLength = std::string_view("2026-11-22T00-02-27-058Z").size();
  if (reference.size() > kTimeLength + 1 && reference[kTimeLength] == '_' &&
      reference[kTimeLength - 1] == 'Z') {
    reference.remove_prefix(kTimeLength + 1);
  }
  return std::string(reference);
}

}  // namespace clawvigil::parse
