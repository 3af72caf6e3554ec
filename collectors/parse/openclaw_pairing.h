// OpenClaw's pairing stores of the file era (until 2026.6; tables of state/openclaw.sqlite after):
// who was approved to write to a channel, who asked, which devices are paired.
//
//   credentials/telegram-allowFrom.json, credentials/telegram-work-allowFrom.json
//     {"version":1,"allowFrom":["123456789"]}
//   credentials/telegram-pairing.json
//     {"version":1,"requests":[{"id":"1","code":"ABCD","createdAt":"2026-11-21T22:49:21.554Z",
//       "lastSeenAt":"2026-11-21T22:51:02.101Z"}]}
//   devices/paired.json    {"<device id>":{"deviceId":"…","approvedAtMs":1795301543267}}
//   devices/pending.json   {"<request id>":{"deviceId":"…","ts":1795301543267}}
//
// All functions are pure; the caller bounds the text. Errors: parse when it is not JSON of this
// shape. Messages never contain an id.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil {

inline constexpr std::chrono::hours kPairingRequestLife{1};
inline constexpr std::chrono::minutes kDeviceRequestLife{5};

// The approved ids, without "" and "*" (OpenClaw drops both).
[[nodiscard]] Result<std::set<std::string>> parse_allow_store(std::string_view text);

// How many requests were made less than kPairingRequestLife before `now`; older ones have expired.
// A request without a readable time counts.
[[nodiscard]] Result<std::size_t> count_pairing_requests(std::string_view text, SystemTime now);

struct PairingRequest {
  std::string id;        // of the sender
  SystemTime last_seen;  // when it last wrote; since 1970 without a readable time
};
// The requests of a store, at most kMaxPairingRequests (more is Errc::too_large; OpenClaw keeps
// three of an account). Those without an id are left out.
inline constexpr std::size_t kMaxPairingRequests = 4'096;
[[nodiscard]] Result<std::vector<PairingRequest>> parse_pairing_requests(std::string_view text);

[[nodiscard]] Result<std::size_t> count_paired_devices(std::string_view text);
// Requests less than kDeviceRequestLife old.
[[nodiscard]] Result<std::size_t> count_pending_devices(std::string_view text, SystemTime now);

struct StoreFile {
  enum class Kind { allow, requests };
  Kind kind = Kind::allow;
  std::string channel;
};

// What the file `name` of the credentials directory is; nullopt if it is no pairing store. Channel
// and account are joined by '-', which both may contain: the longest of `channels` that fits is the
// channel, else what stands before the first '-'.
[[nodiscard]] std::optional<StoreFile> pairing_store_file(std::string_view name,
                                                          std::span<const std::string> channels);

}  // namespace clawvigil
