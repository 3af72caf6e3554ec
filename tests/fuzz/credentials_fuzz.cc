// Whatever a file of credentials holds: ids are made of harmless characters, times are possible,
// nothing found is empty. The first byte chooses the format.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "collectors/parse/auth_profiles.h"
#include "collectors/parse/credential_fields.h"
#include "collectors/parse/credential_id.h"
#include "collectors/parse/device_tokens.h"
#include "collectors/parse/json_web_token.h"
#include "collectors/parse/unit_environment.h"
#include "exporter/base/json5.h"

namespace {

using namespace clawvigil;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_time(const std::optional<SystemTime>& time) {
  if (!time) return;
  const double seconds = to_unix_seconds(*time);
  require(seconds >= 946684800 && seconds <= 7258118400);
}

void check_fields(std::string_view text) {
  const auto root = parse_json5(text);
  if (!root) return;
  const auto fields = credential_fields(*root);
  if (!fields) return;
  for (const CredentialField& field : *fields) {
    require(field.value.empty() == field.reference.has_value());
    const std::string id = credential_id(config_credential(field.path),
                                         [](std::string_view) { return std::string("0f"); });
    require(id.size() <= 256 && std::ranges::all_of(id, [](char c) {
              return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     std::string_view("._-/~").find(c) != std::string_view::npos;
            }));
  }
}

void check_profiles(std::string_view text) {
  const auto profiles = parse_auth_profiles(text);
  if (!profiles) return;
  for (const AuthProfile& profile : *profiles) {
    require(!profile.refreshable || profile.value.empty());
    check_time(profile.expires);
  }
}

void check_devices(std::string_view text) {
  const auto devices = parse_paired_devices(text);
  const auto tokens = parse_device_tokens("device", text);
  for (const auto* list : {&devices, &tokens}) {
    if (!*list) continue;
    for (const DeviceToken& token : **list) check_time(token.issued);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'c':
      check_fields(text);
      break;
    case 'p':
      check_profiles(text);
      break;
    case 'd':
      check_devices(text);
      break;
    case 'j':
      check_time(json_web_token_times(text).expires);
      check_time(json_web_token_times(text).issued);
      break;
    default: {
      std::map<std::string, std::string> variables;
      apply_unit_environment(text, variables);
      (void)unit_command(text);
      for (const auto& [name, value] : variables) require(!name.empty());
      require(!unit_user(text).empty());
    }
  }
  return 0;
}
