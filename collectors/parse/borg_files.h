// What borg 1.x keeps in plain sight.
//
// A repository's `config`:             its first segments, data/0/0:
//   [repository]                         BORG_SEG, then entries of  crc (4)  size (4)  tag (1)
//   version = 1                          and for tag 0, PUT:        key (32)  data
//   id = 74f050f55dab0c1152bd02ee…       data begins with one byte that names the encryption
//
// What each client remembers of a repository, ~/.config/borg/security/<id>/:
//   key-type            3                           that byte, as a number
//   manifest-timestamp  2026-11-22T11:36:46.905370  UTC; when an archive was last added or deleted
//   location            ssh://borg@host/./repo
//
// Source: docs.borgbackup.org, "Data structures and file formats"; borg 1.2.4 and crypto/key.py.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::parse {

// How many bytes of a segment are looked at.
inline constexpr std::size_t kBorgSegmentHeadBytes = 64;

// The id in a repository's config: 64 hexadecimal digits. Errc::parse: this is none of borg's;
// unsupported: another version than 1.
[[nodiscard]] Result<std::string> borg_repository_id(std::string_view config);

// By the byte that names it: true for what needs a key to be read, false for "none" and
// "authenticated", nullopt for one this program does not know.
[[nodiscard]] std::optional<bool> borg_encrypts(unsigned key_type);

// The byte of the first entry of a segment; nullopt if it holds no data (a commit alone).
[[nodiscard]] std::optional<unsigned> borg_segment_key_type(std::string_view head);

// The content of manifest-timestamp.
[[nodiscard]] std::optional<SystemTime> borg_timestamp(std::string_view text);

// True if the location is on another machine: ssh://… or host:path.
[[nodiscard]] bool borg_location_is_remote(std::string_view location);

}  // namespace clawvigil::parse
