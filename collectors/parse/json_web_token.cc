#include "collectors/parse/json_web_token.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "collectors/parse/auth_profiles.h"

namespace clawvigil {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxBytes = 16UL * 1024;
constexpr unsigned kBitsPerDigit = 6;
constexpr unsigned kBitsPerByte = 8;

std::optional<unsigned> digit_of(char c) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto at = kDigits.find(c);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(at);
}

// base64url without padding (RFC 4648, section 5).
std::optional<std::string> decode(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto digit = digit_of(c);
    if (!digit) return std::nullopt;
    bits = (bits << kBitsPerDigit) | *digit;
    count += kBitsPerDigit;
    if (count < kBitsPerByte) continue;
    count -= kBitsPerByte;
    bytes.push_back(static_cast<char>((bits >> count) & 0xffU));
  }
  return bytes;
}

std::optional<SystemTime> time_of(const json& claims, const char* key) {
  const auto found = claims.find(key);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  return time_from_milliseconds(found->get<double>() * 1e3);
}

}  // namespace

TokenTimes json_web_token_times(std::string_view value) {
  if (value.size() > kMaxBytes || !value.starts_with("eyJ")) return {};
  const auto first = value.find('.');
  const auto second = first == std::string_view::npos ? first : value.find('.', first + 1);
  if (second == std::string_view::npos) return {};
  const auto text = decode(value.substr(first + 1, second - first - 1));
  if (!text) return {};
  const json claims = json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!claims.is_object()) return {};
  return {time_of(claims, "iat"), time_of(claims, "exp")};
}

}  // namespace clawvigil
