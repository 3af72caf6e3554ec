// The head of an archive's Release file, as apt keeps it in /var/lib/apt/lists, signed inline
// (InRelease) or not:
//
//   -----BEGIN PGP SIGNED MESSAGE-----
//   Hash: SHA256
//
//   Origin: Debian
//   Label: Debian-Security
//   Suite: stable-security
//   Codename: bookworm-security
//   Date: Sat, 21 Nov 2026 22:11:05 UTC
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil::parse {

struct AptRelease {
  std::string origin;
  std::string label;
  std::string suite;
  std::string codename;
  std::string version;
  bool not_automatic = false;
  bool but_automatic_upgrades = false;
  std::optional<SystemTime> date;  // when the archive made it

  // Whether it holds security updates: Debian's by label, Ubuntu's (extended maintenance included)
  // and what follows their example by the name of the suite.
  [[nodiscard]] bool is_security() const;
};

// Values beyond 256 bytes are cut: no archive has such names. Pure; linear.
[[nodiscard]] AptRelease parse_apt_release(std::string_view text);

}  // namespace clawvigil::parse
