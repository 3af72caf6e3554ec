// Which sessions of an agent are whose, as far as files say: sessions.json of OpenClaw up to
// 2026.7, what its migration left of that, and the names of imported transcripts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "collectors/usage/standing.h"
#include "exporter/collect/collector.h"

namespace clawvigil::usage {

// Of one agent, for one run. Reads at the first question, files of at most kMaxBytes.
class SessionIndex {
 public:
  static constexpr std::size_t kMaxBytes = 64UL * 1024 * 1024;

  // Of the transcript of this name; not `named` if nobody says.
  [[nodiscard]] SessionOrigin find(const Home& home, std::string_view agent,
                                   std::string_view file_name);
  // Why a sessions.json could not be read, if there is one that could not.
  [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }

 private:
  void load(const Home& home, std::string_view agent);
  void read(const host::Dir& directory, std::string_view name, const Home& home);

  bool loaded_ = false;
  std::unordered_map<std::uint64_t, SessionOrigin> by_id_;  // hash of the session id
  std::optional<Error> trouble_;
};

}  // namespace clawvigil::usage
