// The tokens of devices paired with the gateway: devices/paired.json until 2026.7, then the column
// tokens_json of device_pairing_paired in state/openclaw.sqlite.
//
//   paired.json  {"<device id>":{"deviceId":"…","tokens":{"operator":{"token":"…",
//                 "role":"operator","createdAtMs":1795301543267,"rotatedAtMs":…}}}}
//   tokens_json  the object "tokens" of one device
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/base/secret.h"

namespace clawvigil {

struct DeviceToken {
  std::string device;  // its id: the SHA-256 of its public key
  std::string role;    // operator, node
  Secret value;
  std::optional<SystemTime> issued;  // when it was last rotated, or else created
};

inline constexpr std::size_t kMaxDeviceTokens = 1024;

// Revoked tokens are left out. Pure; parse if it is not JSON of this shape, too_large beyond
// kMaxDeviceTokens. Messages never contain an id.
[[nodiscard]] Result<std::vector<DeviceToken>> parse_device_tokens(std::string_view device,
                                                                   std::string_view tokens_json);
[[nodiscard]] Result<std::vector<DeviceToken>> parse_paired_devices(std::string_view text);

// What a device is called in labels: the first eight digits of its id, by which `openclaw devices
// list` shows it too. Another id is given back as it is.
[[nodiscard]] std::string_view device_name(std::string_view device);

}  // namespace clawvigil
