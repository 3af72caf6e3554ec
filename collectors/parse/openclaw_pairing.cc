#include "collectors/parse/openclaw_pairing.h"

#include <array>
#include <nlohmann/json.hpp>

#include "exporter/base/strings.h"
#include "exporter/base/utc_time.h"

namespace clawvigil {

namespace {

using nlohmann::json;

Result<json> parse_object(std::string_view text, std::string_view what) {
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) return fail(Errc::parse, std::string(what) + ": expected a JSON object");
  return value;
}

bool is_recent(SystemTime time, Duration life, SystemTime now) { return now - time < life; }

}  // namespace

Result<std::set<std::string>> parse_allow_store(std::string_view text) {
  TRY_ASSIGN(const json store, parse_object(text, "allow store"));
  const auto list = store.find("allowFrom");
  std::set<std::string> ids;
  if (list == store.end()) return ids;
  if (!list->is_array()) return fail(Errc::parse, "allow store: allowFrom: expected a list");
  for (const json& element : *list) {
    if (!element.is_string()) continue;
    const std::string_view id = trim(element.get_ref<const std::string&>());
    if (!id.empty() && id != "*") ids.emplace(id);
  }
  return ids;
}

Result<std::size_t> count_pairing_requests(std::string_view text, SystemTime now) {
  TRY_ASSIGN(const json store, parse_object(text, "pairing store"));
  const auto requests = store.find("requests");
  if (requests == store.end()) return 0;
  if (!requests->is_array()) return fail(Errc::parse, "pairing store: requests: expected a list");
  std::size_t count = 0;
  for (const json& request : *requests) {
    if (!request.is_object()) continue;
    const auto created = request.find("createdAt");
    const auto time = created != request.end() && created->is_string()
                          ? parse_utc_time(created->get_ref<const std::string&>())
                          : std::nullopt;
    if (!time || is_recent(*time, kPairingRequestLife, now)) ++count;
  }
  return count;
}

Result<std::vector<PairingRequest>> parse_pairing_requests(std::string_view text) {
  TRY_ASSIGN(const json store, parse_object(text, "pairing store"));
  std::vector<PairingRequest> found;
  const auto requests = store.find("requests");
  if (requests == store.end()) return found;
  if (!requests->is_array()) return fail(Errc::parse, "pairing store: requests: expected a list");
  if (requests->size() > kMaxPairingRequests) {
    return fail(Errc::too_large, "pairing store: too many requests");
  }
  for (const json& request : *requests) {
    if (!request.is_object()) continue;
    const auto id = request.find("id");
    if (id == request.end() || !id->is_string() || id->get_ref<const std::string&>().empty()) {
      continue;
    }
    const auto seen = request.find("lastSeenAt");
    const auto time = seen != request.end() && seen->is_string()
                          ? parse_utc_time(seen->get_ref<const std::string&>())
                          : std::nullopt;
    found.push_back({id->get<std::string>(), time.value_or(SystemTime())});
  }
  return found;
}

Result<std::size_t> count_paired_devices(std::string_view text) {
  TRY_ASSIGN(const json devices, parse_object(text, "paired devices"));
  return devices.size();
}

Result<std::size_t> count_pending_devices(std::string_view text, SystemTime now) {
  TRY_ASSIGN(const json requests, parse_object(text, "pending devices"));
  std::size_t count = 0;
  for (const json& request : requests) {
    if (!request.is_object()) continue;
    const auto time = request.find("ts");
    const double milliseconds =
        time != request.end() && time->is_number() ? time->get<double>() : -1;
    const double age = to_unix_seconds(now) - milliseconds / 1e3;
    if (milliseconds < 0 || age < to_seconds(kDeviceRequestLife)) ++count;
  }
  return count;
}

std::optional<StoreFile> pairing_store_file(std::string_view name,
                                            std::span<const std::string> channels) {
  constexpr std::string_view kAllow = "-allowFrom.json";
  constexpr std::string_view kRequests = "-pairing.json";
  StoreFile file;
  if (name.ends_with(kAllow)) {
    name.remove_suffix(kAllow.size());
  } else if (name.ends_with(kRequests)) {
    name.remove_suffix(kRequests.size());
    file.kind = StoreFile::Kind::requests;
    file.channel = name;
  } else {
    return std::nullopt;
  }
  if (name.empty()) return std::nullopt;
  for (const std::string& channel : channels) {
    const bool fits = name == channel || name.starts_with(channel + "-");
    if (fits && channel.size() > file.channel.size()) file.channel = channel;
  }
  if (file.channel.empty()) file.channel = name.substr(0, name.find('-'));
  return file;
}

}  // namespace clawvigil
