#include "collectors/parse/transcript_content.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <span>

#include "collectors/parse/json_members.h"

namespace clawvigil::parse {

namespace {

namespace ondemand = simdjson::ondemand;
using json::for_each_member_of;
using json::read_text;
using simdjson::error_code;

constexpr std::array<std::string_view, 6> kCalls = {"toolCall",  "toolUse",  "functionCall",
                                                    "tool_call", "tool_use", "function_call"};
constexpr std::array<std::string_view, 4> kResults = {"toolResult", "tool_result",
                                                      "tool_result_error", "function_call_output"};

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

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

void take_part(const Part& part, MessageContent& content) {
  const bool is_call = is_one_of(part.type, kCalls);
  const bool is_result = !is_call && is_one_of(part.type, kResults);
  content.only_results = content.only_results && is_result;
  if (content.prompt.text.empty()) content.prompt.text = part.text;
  if (!is_call) return;
  const std::uint64_t named =
      XXH3_64bits_withSeed(part.name.data(), part.name.size(), content.calls);
  content.calls = std::max<std::uint64_t>(
      XXH3_64bits_withSeed(part.arguments.data(), part.arguments.size(), named), 1);
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

}  // namespace

error_code read_content(ondemand::value& value, bool of_assistant, MessageContent& content) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  if (type != ondemand::json_type::array) {
    return of_assistant ? simdjson::SUCCESS : read_text(value, content.prompt.text);
  }
  ondemand::array array;
  if (const error_code error = value.get_array().get(array)) return error;
  bool empty = true;
  content.only_results = true;
  for (auto element : array) {
    ondemand::value one;
    if (const error_code error = element.get(one)) return error;
    Part part;
    if (const error_code error = read_part(one, of_assistant, part)) return error;
    take_part(part, content);
    empty = false;
  }
  content.only_results = content.only_results && !empty;
  return simdjson::SUCCESS;
}

error_code read_provenance(ondemand::value& value, PromptMarks& prompt) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    if (key == "kind") return read_text(member, prompt.provenance_kind);
    return key == "sourceTool" ? read_text(member, prompt.source_tool) : simdjson::SUCCESS;
  });
}

// "__openclaw":{"senderIsOwner":false,"senderIdentity":{…},"transport":{"channel":"telegram",…}}:
// of these, whatever a subagent's task lacks says that somebody sent it.
error_code read_envelope(ondemand::value& value, MessageContent& content) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    if (key == "runId") return read_text(member, content.run_id);
    if (key == "senderIsOwner") return read_flag(member, content.prompt.has_sender);
    if (key == "senderIdentity") content.prompt.has_sender = true;
    if (key != "transport") return simdjson::SUCCESS;
    content.prompt.has_sender = true;
    return read_transport(member, content.prompt);
  });
}

}  // namespace clawvigil::parse
