#include "collectors/parse/json_web_token.h"

#include <nlohmann/json.hpp>
#include <string>

#include "collectors/parse/auth_profiles.h"
#include "collectors/parse/secret_jwt.h"

namespace clawvigil {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxBytes = 16UL * 1024;

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
  const std::string_view payload = value.substr(first + 1, second - first - 1);
  if (payload.find_first_of("+/=") != std::string_view::npos) return {};  // not of a token
  const auto text = secret_jwt::decode_base64url(payload);
  if (!text) return {};
  const json claims = json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!claims.is_object()) return {};
  return {time_of(claims, "iat"), time_of(claims, "exp")};
}

}  // namespace clawvigil
