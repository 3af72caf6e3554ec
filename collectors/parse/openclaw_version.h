// OpenClaw's calendar versions: "2026.9.6", "2026.7.2-beta.1".
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace clawvigil {

struct OpenClawVersion {
  int year = 0;
  int month = 0;
  int patch = 0;
  friend auto operator<=>(const OpenClawVersion&, const OpenClawVersion&) = default;
};

// nullopt for anything that does not begin with three numbers. Suffixes are ignored. Pure.
[[nodiscard]] std::optional<OpenClawVersion> parse_openclaw_version(std::string_view text);

}  // namespace clawvigil
