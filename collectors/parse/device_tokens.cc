#include "collectors/parse/device_tokens.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "collectors/parse/auth_profiles.h"
#include "collectors/parse/credential_fields.h"

namespace clawvigil {

namespace {

using nlohmann::json;

Result<json> parse_object(std::string_view text) {
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) return fail(Errc::parse, "paired devices: expected a JSON object");
  return value;
}

std::optional<SystemTime> time_of(const json& token, const char* key) {
  const auto found = token.find(key);
  if (found == token.end() || !found->is_number()) return std::nullopt;
  return time_from_milliseconds(found->get<double>());
}

Result<> add_tokens(std::string_view device, const json& tokens, std::vector<DeviceToken>& result) {
  if (!tokens.is_object()) return fail(Errc::parse, "paired devices: tokens: expected an object");
  for (const auto& [role, token] : tokens.items()) {
    if (!token.is_object() || time_of(token, "revokedAtMs")) continue;
    const auto value = token.find("token");
    if (value == token.end() || !value->is_string()) continue;
    if (result.size() == kMaxDeviceTokens) {
      return fail(Errc::too_large, "paired devices: more than 1024 tokens");
    }
    auto issued = time_of(token, "rotatedAtMs");
    if (!issued) issued = time_of(token, "createdAtMs");
    result.push_back({std::string(device), role, Secret(value->get<std::string>()), issued});
  }
  return {};
}

}  // namespace

Result<std::vector<DeviceToken>> parse_device_tokens(std::string_view device,
                                                     std::string_view tokens_json) {
  TRY_ASSIGN(json tokens, parse_object(tokens_json));
  std::vector<DeviceToken> result;
  const auto added = add_tokens(device, tokens, result);
  wipe(tokens);
  if (!added) return std::unexpected(added.error());
  return result;
}

Result<std::vector<DeviceToken>> parse_paired_devices(std::string_view text) {
  TRY_ASSIGN(json devices, parse_object(text));
  std::vector<DeviceToken> result;
  Result<> added;
  for (const auto& [id, device] : devices.items()) {
    const auto tokens = device.is_object() ? device.find("tokens") : device.end();
    if (!device.is_object() || tokens == device.end()) continue;
    added = add_tokens(id, *tokens, result);
    if (!added) break;
  }
  wipe(devices);
  if (!added) return std::unexpected(added.error());
  return result;
}

std::string_view device_name(std::string_view device) {
  constexpr std::size_t kShown = 8;
  constexpr std::size_t kIdDigits = 64;
  const bool id = device.size() == kIdDigits && std::ranges::all_of(device, [](char c) {
                    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                  });
  return id ? device.substr(0, kShown) : device;
}

}  // namespace clawvigil
