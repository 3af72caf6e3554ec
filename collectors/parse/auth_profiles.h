// The credentials of model providers: auth-profiles.json until 2026.7, then the same document in
// the column store_json of auth_profile_store (agent database), and in config_machine_state under
// authProfiles.store (state/openclaw.sqlite, 2026.9).
//
//   {"version":1,"profiles":{"openai:manual":{"type":"api_key","provider":"openai","key":"sk-…"},
//    "anthropic:manual":{"type":"token","provider":"anthropic","token":"…","expires":1797926395375},
//    "openai:me@example.org":{"type":"oauth","access":"…","refresh":"…","expires":1795301543267}}}
//
// An api_key or token may be a reference instead: "keyRef", "tokenRef" (SecretRef objects).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/credential_fields.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/base/secret.h"

namespace clawvigil {

struct AuthProfile {
  std::string id;        // "openai:manual"; may hold an e-mail address
  std::string provider;  // "openai"
  // OpenClaw renews it by itself; its value changes all the time and says nothing of its age.
  bool refreshable = false;
  Secret value;  // empty if refreshable, or if there is a reference
  std::optional<SecretReference> reference;
  std::optional<SystemTime> expires;
};

inline constexpr std::size_t kMaxAuthProfiles = 512;

// Profiles of an unknown type, and without a value, are left out. Pure; parse if it is not JSON of
// this shape, too_large beyond kMaxAuthProfiles. Messages never contain an id.
[[nodiscard]] Result<std::vector<AuthProfile>> parse_auth_profiles(std::string_view text);

// Milliseconds since 1970 as OpenClaw writes them; nullopt outside 2000 to 2200, which is no date
// but a mistake.
[[nodiscard]] std::optional<SystemTime> time_from_milliseconds(double milliseconds);

}  // namespace clawvigil
