#include "collectors/parse/transcript.h"

#include <xxhash.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <initializer_list>

#include "collectors/parse/json_members.h"
#include "collectors/parse/prompt_origin.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

namespace ondemand = simdjson::ondemand;
using json::for_each_member;
using json::for_each_member_of;
using json::read_text;
using simdjson::error_code;

// More tokens than any model call can have: the entry is malformed, or made up.
constexpr double kMaxTokensPerCall = 1e12;

struct Usage {
  bool present = false;
  TokenCounts tokens;
  std::optional<double> cost_usd;
};

struct Fields {
  std::string_view type;
  std::string_view id;
  std::string_view timestamp;
  std::string_view parent_session;
  std::string_view role;
  std::string_view provider;
  std::string_view model;
  std::string_view stop_reason;
  std::string_view run_id;
  PromptMarks prompt;
  std::uint64_t calls = 0;
  bool only_results = false;  // content that is nothing but results of tools
  std::int64_t message_time_ms = 0;
  Usage message_usage;
  Usage entry_usage;
};

error_code read_number(ondemand::value& value, std::optional<double>& out) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  if (type != ondemand::json_type::number) return simdjson::SUCCESS;
  double number = 0;
  if (const error_code error = value.get_double().get(number)) return error;
  out = number;
  return simdjson::SUCCESS;
}

error_code read_count(ondemand::value& value, std::int64_t& out) {
  std::optional<double> number;
  if (const error_code error = read_number(value, number)) return error;
  if (!number) return simdjson::SUCCESS;
  if (*number > kMaxTokensPerCall) return simdjson::NUMBER_OUT_OF_RANGE;
  out = std::llround(std::max(*number, 0.0));  // OpenClaw reads a negative count as 0 too
  return simdjson::SUCCESS;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

error_code read_cost(ondemand::value& value, std::optional<double>& cost) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    if (key != "total") return simdjson::SUCCESS;
    std::optional<double> total;
    const error_code error = read_number(member, total);
    if (total && std::isfinite(*total) && *total >= 0) cost = total;
    return error;
  });
}

error_code read_cached_details(ondemand::value& value, std::int64_t& cached) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    return key == "cached_tokens" ? read_count(member, cached) : simdjson::SUCCESS;
  });
}

// The names are those OpenClaw itself accepts (normalizeUsage).
error_code read_usage_member(std::string_view key, ondemand::value& member, Usage& usage) {
  TokenCounts& tokens = usage.tokens;
  if (is_one_of(key, {"input", "inputTokens", "input_tokens", "promptTokens", "prompt_tokens"})) {
    return read_count(member, tokens.input);
  }
  if (is_one_of(key, {"output", "outputTokens", "output_tokens", "completionTokens",
                      "completion_tokens"})) {
    return read_count(member, tokens.output);
  }
  if (is_one_of(key, {"cacheRead", "cache_read", "cache_read_input_tokens", "cached_tokens",
                      "cached_input_tokens", "cached"})) {
    return read_count(member, tokens.cache_read);
  }
  if (is_one_of(key, {"cacheWrite", "cache_write", "cache_creation_input_tokens",
                      "cache_write_input_tokens"})) {
    return read_count(member, tokens.cache_write);
  }
  if (key == "prompt_tokens_details") return read_cached_details(member, tokens.cache_read);
  return key == "cost" ? read_cost(member, usage.cost_usd) : simdjson::SUCCESS;
}

error_code read_usage(ondemand::value& value, Usage& usage) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  if (type == ondemand::json_type::object) usage.present = true;
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    return read_usage_member(key, member, usage);
  });
}

error_code read_message_time(ondemand::value& value, std::int64_t& time_ms) {
  constexpr double kLastTime = 1e15;
  std::optional<double> time;
  const error_code error = read_number(value, time);
  if (time && std::abs(*time) < kLastTime) time_ms = std::llround(*time);
  return error;
}

// One part of a message's content.
struct Part {
  std::string_view type;
  std::string_view name;
  std::string_view text;
  std::string_view arguments;  // raw
};

error_code read_arguments(ondemand::value& value, std::string_view& raw) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  if (type != ondemand::json_type::object) return read_text(value, raw);
  ondemand::object object;
  if (const error_code error = value.get_object().get(object)) return error;
  return object.raw_json().get(raw);
}

error_code read_part(ondemand::value& value, bool of_assistant, Part& part) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    if (key == "type") return read_text(member, part.type);
    if (key == "text") return of_assistant ? simdjson::SUCCESS : read_text(member, part.text);
    if (key == "name") return read_text(member, part.name);
    return key == "arguments" ? read_arguments(member, part.arguments) : simdjson::SUCCESS;
  });
}

void take_part(const Part& part, Fields& fields) {
  const bool is_call = is_one_of(part.type, {"toolCall", "toolUse", "functionCall", "tool_call",
                                             "tool_use", "function_call"});
  const bool is_result = is_one_of(part.type, {"toolResult", "tool_result", "tool_result_error",
                                               "function_call_output"});
  fields.only_results = fields.only_results && is_result;
  if (fields.prompt.text.empty()) fields.prompt.text = part.text;
  if (!is_call) return;
  const std::uint64_t named =
      XXH3_64bits_withSeed(part.name.data(), part.name.size(), fields.calls);
  fields.calls = std::max<std::uint64_t>(
      XXH3_64bits_withSeed(part.arguments.data(), part.arguments.size(), named), 1);
}

error_code read_content(ondemand::value& value, Fields& fields) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  const bool of_assistant = fields.role == "assistant";
  if (type != ondemand::json_type::array) {
    return of_assistant ? simdjson::SUCCESS : read_text(value, fields.prompt.text);
  }
  ondemand::array array;
  if (const error_code error = value.get_array().get(array)) return error;
  bool empty = true;
  fields.only_results = true;
  for (auto element : array) {
    ondemand::value one;
    if (const error_code error = element.get(one)) return error;
    Part part;
    if (const error_code error = read_part(one, of_assistant, part)) return error;
    take_part(part, fields);
    empty = false;
  }
  fields.only_results = fields.only_results && !empty;
  return simdjson::SUCCESS;
}

error_code read_provenance(ondemand::value& value, PromptMarks& prompt) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    if (key == "kind") return read_text(member, prompt.provenance_kind);
    return key == "sourceTool" ? read_text(member, prompt.source_tool) : simdjson::SUCCESS;
  });
}

error_code read_transport(ondemand::value& value, PromptMarks& prompt) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    return key == "channel" ? read_text(member, prompt.channel) : simdjson::SUCCESS;
  });
}

error_code read_flag(ondemand::value& value, bool& flag) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  if (type != ondemand::json_type::boolean) return simdjson::SUCCESS;
  bool set = false;
  if (const error_code error = value.get_bool().get(set)) return error;
  flag = flag || set;
  return simdjson::SUCCESS;
}

// "__openclaw":{"senderIsOwner":false,"senderIdentity":{…},"transport":{"channel":"telegram",…}}:
// of these, whatever a subagent's task lacks says that somebody sent it.
error_code read_envelope(ondemand::value& value, Fields& fields) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    if (key == "runId") return read_text(member, fields.run_id);
    if (key == "senderIsOwner") return read_flag(member, fields.prompt.has_sender);
    if (key == "senderIdentity") fields.prompt.has_sender = true;
    if (key != "transport") return simdjson::SUCCESS;
    fields.prompt.has_sender = true;
    return read_transport(member, fields.prompt);
  });
}

error_code read_message(ondemand::value& value, Fields& fields) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    if (key == "role") return read_text(member, fields.role);
    if (key == "content") return read_content(member, fields);
    if (key == "provenance") return read_provenance(member, fields.prompt);
    if (key == "__openclaw") return read_envelope(member, fields);
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
  const PromptOrigin origin = origin_of_prompt(fields.prompt);
  return {.key = identity(fields, raw),
          .time_ms = time_of(fields),
          .origin = origin.trigger,
          .text = hash_of_prompt(fields.prompt.text),
          .plain = origin.plain,
          .from_channel = origin.from_channel,
          .channel = origin.channel};
}

TranscriptEntry to_entry(const Fields& fields, std::string_view raw) {
  constexpr std::string_view kReport = "announce:";
  if (fields.type == "session") {
    return SessionHeader{std::string(fields.id), session_id_of(fields.parent_session)};
  }
  if (fields.type == "message" && fields.role == "user" && !fields.only_results) {
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
  record.calls = fields.calls;
  if (fields.run_id.starts_with(kReport)) record.origin = Trigger::subagent;
  return record;
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

Result<TranscriptEntry> TranscriptParser::parse(std::string_view entry) {
  TranscriptEntry out;
  error_code error = parse_padded(entry.data(), entry.size(), out);
  if (error == simdjson::UTF8_ERROR) {
    repaired_ = sanitize(entry, entry.size() * 3);
    repaired_.reserve(repaired_.size() + kPadding);
    error = parse_padded(repaired_.data(), repaired_.size(), out);
  }
  if (error) return fail(Errc::parse, simdjson::error_message(error));
  return out;
}

bool is_surely_tool_result(std::string_view entry) {
  constexpr std::string_view kStart = R"({"type":"message","id":")";
  constexpr std::string_view kMessage = R"(,"message":{"role":")";
  constexpr std::size_t kSearched = 256;
  if (!entry.starts_with(kStart)) return false;
  const std::string_view head = entry.substr(0, kSearched);
  const std::size_t message = head.find(kMessage, kStart.size());
  if (message == std::string_view::npos) return false;
  // Only plain fields may stand between: no string and no nested object imitates the message.
  const std::string_view between = head.substr(kStart.size(), message - kStart.size());
  if (between.find_first_of("\\{[") != std::string_view::npos) return false;
  return head.substr(message + kMessage.size()).starts_with(R"(toolResult")");
}

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
