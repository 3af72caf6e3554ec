// Whether a backup is encrypted, by how its file begins. Only what a format's own mark says; an
// unknown beginning is not guessed at.
//
//   age-encryption.org/v1 …          age (and its armour)          encrypted
//   -----BEGIN PGP MESSAGE-----      OpenPGP, or packets: a public-key or symmetric-key encrypted
//   8c 0d 04 09 …                    session key comes first       encrypted
//   Salted__ …                       openssl enc                   encrypted
//   50 4b 03 04 14 00 09 00 …        zip: bit 0 of the flags of the first file
//   1f 8b …, 28 b5 2f fd …           gzip, zstd and the like       readable by anyone who has it
//
// Source: age-encryption.org/v1, RFC 9580 sections 4 and 5, PKWARE APPNOTE 4.3.7.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace clawvigil::parse {

// How many bytes of a file are looked at.
inline constexpr std::size_t kBackupHeadBytes = 4'096;

// `head` is how the file begins, all of it if it is shorter than kBackupHeadBytes. nullopt: cannot
// be told. Pure.
[[nodiscard]] std::optional<bool> is_encrypted_backup(std::string_view head);

}  // namespace clawvigil::parse
