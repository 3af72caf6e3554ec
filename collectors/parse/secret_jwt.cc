#include "collectors/parse/secret_jwt.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "collectors/parse/json_object.h"
#include "collectors/parse/secret_text.h"

namespace clawvigil::secret_jwt {

namespace {

constexpr std::size_t kMaxPartBytes = 16UL * 1024;

std::optional<std::uint32_t> sextet(char c) {
  using namespace secret_text;
  if (is_upper(c)) return static_cast<std::uint32_t>(c - 'A');
  if (is_lower(c)) return static_cast<std::uint32_t>(c - 'a' + 26);
  if (is_digit(c)) return static_cast<std::uint32_t>(c - '0' + 52);
  if (c == '-' || c == '+') return 62U;
  if (c == '_' || c == '/') return 63U;
  return std::nullopt;
}

nlohmann::json parse_object(std::string_view encoded) {
  const auto decoded = decode_base64url(encoded);
  if (!decoded || !decoded->starts_with('{')) return {};
  return nlohmann::json::parse(*decoded, nullptr, false);
}

std::size_t part_end(std::string_view text, std::size_t from) {
  const std::size_t limit = std::min(text.size(), from + kMaxPartBytes);
  while (from < limit && secret_text::is_token(text[from])) ++from;
  return from;
}

bool is_public(const nlohmann::json& payload) {
  using parse::text_of;
  return text_of(payload, "role") == "anon" || text_of(payload, "name") == "John Doe" ||
         text_of(payload, "sub") == "1234567890" || text_of(payload, "some") == "payload";
}

}  // namespace

std::optional<std::string> decode_base64url(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto value = sextet(c);
    if (!value) return std::nullopt;
    bits = (bits << 6U) | *value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
  }
  return out;
}

std::optional<std::size_t> token_end(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::size_t kLeastSignature = 20;
  if (end >= text.size() || text[end] != '.') return std::nullopt;
  const std::size_t payload_end = part_end(text, end + 1);
  if (payload_end >= text.size() || text[payload_end] != '.') return std::nullopt;
  const std::size_t last = part_end(text, payload_end + 1);
  const std::string_view signature = text.substr(payload_end + 1, last - payload_end - 1);
  if (signature.size() < kLeastSignature || secret_text::is_placeholder(signature)) {
    return std::nullopt;
  }
  const nlohmann::json header = parse_object(text.substr(begin, end - begin));
  if (!header.is_object() || parse::text_of(header, "alg").empty()) return std::nullopt;
  const nlohmann::json payload = parse_object(text.substr(end + 1, payload_end - end - 1));
  if (!payload.is_object() || is_public(payload)) return std::nullopt;
  return last;
}

}  // namespace clawvigil::secret_jwt
