// One transcript entry: whatever it holds, what is counted stays within bounds, and the cheap test
// that skips entries never skips usage or a prompt.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "collectors/parse/session_key.h"
#include "collectors/parse/transcript.h"

namespace {

using clawvigil::Result;
using clawvigil::parse::PromptRecord;
using clawvigil::parse::TranscriptEntry;
using clawvigil::parse::TranscriptParser;
using clawvigil::parse::Trigger;
using clawvigil::parse::UsageRecord;

Result<TranscriptEntry> parse(TranscriptParser& parser, std::string& text) {
  const std::size_t size = text.size();
  text.append(TranscriptParser::kPadding, '"');
  return parser.parse(std::string_view(text).substr(0, size));
}

// A prompt is somebody's, and its channel one of the list.
void check(const PromptRecord& prompt) {
  if (prompt.origin == Trigger::unknown || prompt.text == 0) std::abort();
  if (prompt.plain && prompt.origin != Trigger::user) std::abort();
  if (clawvigil::parse::channel_label(prompt.channel) != prompt.channel) std::abort();
}

bool is_count(std::int64_t tokens) { return tokens >= 0 && tokens <= 1'000'000'000'000; }

void check(const UsageRecord& record) {
  const auto& tokens = record.tokens;
  if (!is_count(tokens.input) || !is_count(tokens.output)) std::abort();
  if (!is_count(tokens.cache_read) || !is_count(tokens.cache_write)) std::abort();
  if (record.cost_usd && (!std::isfinite(*record.cost_usd) || *record.cost_usd < 0)) std::abort();
}

// As OpenClaw writes it: no member twice, no spaces.
std::string as_written(std::string_view text) {
  const auto value = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
  return value.is_discarded() ? std::string() : value.dump(-1, ' ', false, kReplace);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static TranscriptParser parser;
  std::string text(reinterpret_cast<const char*>(data), size);
  std::string written = as_written(text);
  if (const auto entry = parse(parser, text)) {
    if (const auto* const record = std::get_if<UsageRecord>(&*entry)) check(*record);
    if (const auto* const prompt = std::get_if<PromptRecord>(&*entry)) check(*prompt);
  }
  const bool skipped = clawvigil::parse::is_surely_tool_result(written);
  const auto entry = parse(parser, written);
  if (skipped && entry && !std::holds_alternative<std::monostate>(*entry)) std::abort();
  return 0;
}
