#include "collectors/parse/auth_profiles.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "collectors/parse/credential_names.h"
#include "collectors/parse/json_object.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using nlohmann::json;
using parse::text_of;

std::optional<SystemTime> expiry_of(const json& profile) {
  const auto found = profile.find("expires");
  if (found == profile.end() || !found->is_number()) return std::nullopt;
  return time_from_milliseconds(found->get<double>());
}

// The value below `key`, or what `reference_key` refers to. False if there is neither.
bool read_value(const json& profile, const char* key, const char* reference_key,
                AuthProfile& result) {
  const auto reference = profile.find(reference_key);
  if (reference != profile.end()) {
    result.reference = read_secret_reference(*reference);
    if (result.reference) return true;
  }
  const std::string_view text = trim(text_of(profile, key));
  if (const auto name = referenced_variable(text); !name.empty()) {
    result.reference = SecretReference{SecretReference::Source::variable, "", std::string(name)};
    return true;
  }
  if (!is_credential_value(text)) return false;
  result.value = Secret(std::string(text));
  return true;
}

std::optional<AuthProfile> read_profile(const std::string& id, const json& profile) {
  if (!profile.is_object()) return std::nullopt;
  AuthProfile result{
      id, std::string(text_of(profile, "provider")), false, {}, std::nullopt, std::nullopt};
  if (result.provider.empty()) result.provider = id.substr(0, id.find(':'));
  const std::string_view type = text_of(profile, "type");
  if (type == "oauth") {
    result.refreshable = true;
    result.expires = expiry_of(profile);
    return result;
  }
  if (type == "token" && read_value(profile, "token", "tokenRef", result)) {
    result.expires = expiry_of(profile);
    return result;
  }
  if (type == "api_key" && read_value(profile, "key", "keyRef", result)) return result;
  return std::nullopt;
}

}  // namespace

Result<std::vector<AuthProfile>> parse_auth_profiles(std::string_view text) {
  json store = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!store.is_object()) return fail(Errc::parse, "auth profiles: expected a JSON object");
  std::vector<AuthProfile> profiles;
  const auto found = store.find("profiles");
  if (found == store.end()) return profiles;
  if (!found->is_object()) return fail(Errc::parse, "auth profiles: profiles: expected an object");
  if (found->size() > kMaxAuthProfiles) {
    return fail(Errc::too_large, "auth profiles: more than 512 of them");
  }
  for (const auto& [id, profile] : found->items()) {
    if (auto read = read_profile(id, profile)) profiles.push_back(std::move(*read));
  }
  wipe(store);
  return profiles;
}

std::optional<SystemTime> time_from_milliseconds(double milliseconds) {
  constexpr double kFirst = 946684800e3;  // 2000-01-01
  constexpr double kLast = 7258118400e3;  // 2200-01-01
  if (std::isnan(milliseconds) || milliseconds < kFirst || milliseconds > kLast)
    return std::nullopt;
  return SystemTime(std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds)));
}

}  // namespace clawvigil
