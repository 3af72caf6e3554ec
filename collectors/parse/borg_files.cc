#include "collectors/parse/borg_files.h"

#include <algorithm>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"
#include "exporter/base/utc_time.h"

namespace clawvigil::parse {

namespace {

constexpr std::size_t kIdDigits = 64;

// "key = value" of the section [repository].
std::string_view value_of(std::string_view config, std::string_view key) {
  bool inside = false;
  for (const std::string_view line : split(config, '\n')) {
    if (line.starts_with('[')) inside = trim(line) == "[repository]";
    const std::size_t equals = line.find('=');
    if (!inside || equals == std::string_view::npos) continue;
    if (trim(line.substr(0, equals)) == key) return trim(line.substr(equals + 1));
  }
  return {};
}

}  // namespace

Result<std::string> borg_repository_id(std::string_view config) {
  const std::string_view version = value_of(config, "version");
  if (version.empty()) return fail(Errc::parse, "config: not of a borg repository");
  if (version != "1") {
    return fail(Errc::unsupported, "config: borg repositories of version " + sanitize(version, 16) +
                                       " are not understood, only version 1");
  }
  const std::string_view id = value_of(config, "id");
  if (id.size() != kIdDigits || !std::ranges::all_of(id, is_lower_hex)) {
    return fail(Errc::parse, "config: the repository has no id");
  }
  return std::string(id);
}

std::optional<bool> borg_encrypts(unsigned key_type) {
  switch (key_type) {
    case 0x00:  // keyfile
    case 0x01:  // passphrase
    case 0x03:  // repokey
    case 0x04:  // keyfile-blake2
    case 0x05:  // repokey-blake2
      return true;
    case 0x02:  // none
    case 0x06:  // authenticated-blake2
    case 0x07:  // authenticated
      return false;
    default:
      return std::nullopt;
  }
}

std::optional<unsigned> borg_segment_key_type(std::string_view head) {
  constexpr std::string_view kMagic = "BORG_SEG";
  constexpr std::size_t kEntryHeader = 9;
  constexpr std::size_t kKey = 32;
  constexpr char kPut = 0;
  const std::size_t tag = kMagic.size() + kEntryHeader - 1;
  const std::size_t data = kMagic.size() + kEntryHeader + kKey;
  if (!head.starts_with(kMagic) || head.size() <= data || head[tag] != kPut) return std::nullopt;
  return static_cast<unsigned char>(head[data]);
}

std::optional<SystemTime> borg_timestamp(std::string_view text) {
  return parse_utc_time(std::string(trim(text)) + "Z");
}

bool borg_location_is_remote(std::string_view location) {
  location = trim(location);
  if (location.starts_with("ssh://")) return true;
  if (location.starts_with('/') || location.starts_with("file://")) return false;
  const std::size_t colon = location.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         location.substr(0, colon).find('/') == std::string_view::npos;
}

}  // namespace clawvigil::parse
