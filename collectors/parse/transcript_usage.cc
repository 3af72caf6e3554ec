#include "collectors/parse/transcript_usage.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "collectors/parse/json_members.h"

namespace clawvigil::parse {

namespace {

namespace ondemand = simdjson::ondemand;
using json::for_each_member_of;
using simdjson::error_code;

// More tokens than any model call can have: the entry is malformed, or made up.
constexpr double kMaxTokensPerCall = 1e12;

using Names = std::span<const std::string_view>;
constexpr std::string_view kInput[] = {"inputTokens", "input_tokens", "promptTokens",
                                       "prompt_tokens"};
constexpr std::string_view kOutput[] = {"outputTokens", "output_tokens", "completionTokens",
                                        "completion_tokens"};
constexpr std::string_view kCacheRead[] = {"cache_read", "cache_read_input_tokens", "cached_tokens",
                                           "cached_input_tokens", "cached"};
constexpr std::string_view kCacheWrite[] = {"cache_write", "cache_creation_input_tokens",
                                            "cache_write_input_tokens"};

bool is_one_of(std::string_view word, Names words) {
  return std::ranges::find(words, word) != words.end();
}

error_code read_count(ondemand::value& value, std::int64_t& out) {
  std::optional<double> number;
  if (const error_code error = read_number(value, number)) return error;
  if (!number) return simdjson::SUCCESS;
  if (*number > kMaxTokensPerCall) return simdjson::NUMBER_OUT_OF_RANGE;
  out = std::llround(std::max(*number, 0.0));  // OpenClaw reads a negative count as 0 too
  return simdjson::SUCCESS;
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

// The names are those OpenClaw itself accepts (normalizeUsage); its own come first, as they are
// nearly all there is.
error_code read_usage_member(std::string_view key, ondemand::value& member, Usage& usage) {
  TokenCounts& tokens = usage.tokens;
  if (key == "input") return read_count(member, tokens.input);
  if (key == "output") return read_count(member, tokens.output);
  if (key == "cacheRead") return read_count(member, tokens.cache_read);
  if (key == "cacheWrite") return read_count(member, tokens.cache_write);
  if (key == "cost") return read_cost(member, usage.cost_usd);
  if (key == "totalTokens") return simdjson::SUCCESS;
  if (is_one_of(key, kInput)) return read_count(member, tokens.input);
  if (is_one_of(key, kOutput)) return read_count(member, tokens.output);
  if (is_one_of(key, kCacheRead)) return read_count(member, tokens.cache_read);
  if (is_one_of(key, kCacheWrite)) return read_count(member, tokens.cache_write);
  if (key == "prompt_tokens_details") return read_cached_details(member, tokens.cache_read);
  return simdjson::SUCCESS;
}

}  // namespace

error_code read_number(ondemand::value& value, std::optional<double>& out) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  if (type != ondemand::json_type::number) return simdjson::SUCCESS;
  double number = 0;
  if (const error_code error = value.get_double().get(number)) return error;
  out = number;
  return simdjson::SUCCESS;
}

error_code read_usage(ondemand::value& value, Usage& usage) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  if (type == ondemand::json_type::object) usage.present = true;
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    return read_usage_member(key, member, usage);
  });
}

}  // namespace clawvigil::parse
