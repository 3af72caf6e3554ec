// apt's pins (apt_preferences(5)): which versions it prefers, from which archives.
//
//   Package: *
//   Pin: release a=stable-backports, o=Debian
//   Pin-Priority: 100
#pragma once

#include <climits>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/apt_release.h"
#include "exporter/base/result.h"

namespace clawvigil::parse {

// Where a version comes from, as pins see it.
struct AptArchive {
  AptRelease release;
  std::string component;     // "main"
  std::string architecture;  // of the index: "amd64"
  std::string site;          // the host's name, "" for what comes from a disk
};

struct AptPin {
  enum class Kind { version, release, origin };
  static constexpr int kNever = SHRT_MIN;

  std::vector<std::string> packages;  // empty: all of them
  Kind kind = Kind::release;
  std::string what;  // "a=stable-backports, o=Debian"; "5.10*"; "deb.debian.org"
  int priority = 0;  // never 0
};

// Paragraphs apt would ignore with a warning are left out; Errc::parse for what it refuses to read.
[[nodiscard]] Result<std::vector<AptPin>> parse_apt_preferences(std::string_view text);

// APT::Default-Release as a pin of all packages.
[[nodiscard]] AptPin default_release_pin(std::string_view release);

[[nodiscard]] bool matches_archive(const AptPin& pin, const AptArchive& archive);
[[nodiscard]] bool matches_version(const AptPin& pin, std::string_view version);
// Names are exact, patterns ("linux-*") or expressions ("/^linux-/"), "src:" asks for the source
// package's name; with no ":<architecture>" they mean the native one.
[[nodiscard]] bool matches_package(const AptPin& pin, std::string_view name,
                                   std::string_view source, std::string_view architecture,
                                   std::string_view native);

// apt's comparison of a value with what a pin says: in any case, as pattern or "/expression/".
[[nodiscard]] bool matches_expression(std::string_view pattern, std::string_view text);

}  // namespace clawvigil::parse
