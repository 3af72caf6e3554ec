// What a transcript's message holds besides its usage: content, provenance and the envelope
// "__openclaw" (prompt_origin.h shows them). Texts are looked at, hashed and left.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string_view>

#include "collectors/parse/prompt_origin.h"

namespace clawvigil::parse {

// Views are valid as long as the document.
struct MessageContent {
  PromptMarks prompt;
  std::uint64_t calls = 0;    // hash of names and arguments of the tool calls in it, 0 without any
  bool only_results = false;  // nothing but results of tools
  std::string_view run_id;    // "announce:v1:<session key>:<run>" answers a subagent's report
};

// The member "content": a text, or an array of parts
//   {"type":"text","text":…}  {"type":"toolCall","id":…,"name":"exec","arguments":{…}}
//   {"type":"image",…}
// Of an assistant's message the texts are not even unescaped.
[[nodiscard]] simdjson::error_code read_content(simdjson::ondemand::value& value, bool of_assistant,
                                                MessageContent& content);
// The member "provenance".
[[nodiscard]] simdjson::error_code read_provenance(simdjson::ondemand::value& value,
                                                   PromptMarks& prompt);
// The member "__openclaw".
[[nodiscard]] simdjson::error_code read_envelope(simdjson::ondemand::value& value,
                                                 MessageContent& content);

}  // namespace clawvigil::parse
