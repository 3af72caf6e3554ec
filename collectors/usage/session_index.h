// Which sessions of an agent are whose, as far as files say: sessions.json of OpenClaw up to
// 2026.7, what its migration left of that, and the names of imported transcripts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/usage/standing.h"
#include "exporter/collect/collector.h"

namespace clawvigil::usage {

// Of one agent. Reads at the first question of a run that needs it, files of at most kMaxBytes, as
// a stream; between runs nothing is kept. A transcript nobody names is asked about again whenever
// it grows: for such ones the files are read only when they have changed, and only so often that it
// takes a thousandth of the time.
class SessionIndex {
 public:
  static constexpr std::uint64_t kMaxBytes = 256UL * 1024 * 1024;

  // Before the questions of a run: the transcript of this name may be asked about.
  void expect(std::string_view file_name);
  // Of an expected transcript; not `named` if nobody says. `asked_before`: in an earlier run.
  [[nodiscard]] SessionOrigin find(const Context& run, const Home& home, std::string_view agent,
                                   std::string_view file_name, bool asked_before);
  // After the questions of a run: what was read is forgotten.
  void forget();
  // Why a sessions.json could not be read in this run, if there is one that could not.
  [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }

 private:
  struct Appearance {
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    SystemTime changed;
    bool operator==(const Appearance&) const = default;
  };
  [[nodiscard]] static Appearance look(const Home& home, std::string_view agent);
  [[nodiscard]] bool is_due(const Context& run, const Home& home, std::string_view agent) const;
  void load(const Context& run, const Home& home, std::string_view agent);
  [[nodiscard]] Result<> read(const host::Dir& directory, std::string_view name, const Home& home);

  std::vector<std::uint64_t> expected_;  // hashes of session ids; sorted once loaded
  bool loaded_ = false;                  // in this run
  std::unordered_map<std::uint64_t, SessionOrigin> by_id_;
  std::optional<Error> trouble_;
  // Of the last time they were read.
  SteadyTime last_;
  Duration pause_{};
  Appearance appearance_;  // of sessions.json
};

}  // namespace clawvigil::usage
