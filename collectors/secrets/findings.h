// What a scan for secrets gives: how many, where, and never what.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/secret_patterns.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::secrets {

// A closed list: its names are values of the label `location`.
enum class Location : std::uint8_t {
  instructions,  // SOUL, AGENTS, TOOLS … .md of a workspace: sent along with every conversation
  memory,        // MEMORY.md, USER.md, memory/
  workspace,     // all else in a workspace
  env_files,     // .env and .envrc in a workspace
  state,         // skills, hooks, scheduled jobs and notes of the state directory
  shell,         // start-up files and history of the shell of the gateway's user
  logs,          // what OpenClaw logs
  git_history,   // commits of a workspace, though no file holds it any more
};

inline constexpr std::size_t kLocations = 8;

[[nodiscard]] std::string_view to_string(Location location);
[[nodiscard]] constexpr std::size_t index_of(Location location) {
  return static_cast<std::size_t>(location);
}

// One secret, for the owner's terminal.
struct Spot {
  std::string file;  // absolute path as found on disk: hostile bytes; for history also the commit
  std::uint64_t line = 0;
  SecretRule rule = SecretRule::assignment;
};

// All that is known of one location of one home.
struct LocationFindings {
  static constexpr std::size_t kMaxSpots = 200;

  bool absent = false;  // this host has no such place: nothing is said of it
  SecretCounts counts{};
  std::vector<Spot> spots;                 // the first kMaxSpots
  std::uint64_t files_skipped = 0;         // too large, unreadable, or beyond a bound
  std::optional<SystemTime> completed_at;  // when all of it had last been looked at; nullopt: never
  std::optional<Error> problem;            // why a part of it cannot be looked at

  void add(std::string_view file, std::uint64_t line, SecretRule rule);
};

using Findings = std::array<LocationFindings, kLocations>;  // by Location

}  // namespace clawvigil::secrets
