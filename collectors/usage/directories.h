// Finds the transcripts that have changed, without looking at those at rest: a home may have a
// hundred thousand sessions. A directory is looked through as a whole only so often that all of
// them together take a thousandth of the time at most; in between, host::DirectoryWatch names what
// was written. The directories of an ordinary home are thus looked through in every run.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collectors/usage/files.h"
#include "exporter/host/directory_watch.h"

namespace clawvigil::usage {

class TranscriptDirectories {
 public:
  // `least_pause` between whole looks, whatever they take.
  explicit TranscriptDirectories(Duration least_pause = {}) : least_pause_(least_pause) {}

  // Before the lists of a run: now and then all of them are to be complete, so that what has
  // vanished can be told.
  void begin_pass(SteadyTime now);

  struct Found {
    std::vector<PendingFile> changed;  // forks last: their parents' entries must be booked before
    bool all = true;                   // every file was looked at
  };
  // Files that stand as they were read are noted in `alive` (cursor ids). What is returned as
  // changed is so again until its cursor says that it was read.
  [[nodiscard]] Result<Found> list(const AgentContext& agent, std::vector<std::int64_t>& alive);

  // Files that were looked at since the start.
  [[nodiscard]] std::uint64_t looked_at() const { return looked_at_; }

 private:
  struct Look {
    int watch = -1;
    SteadyTime last;                // when it was looked through
    Duration pause{};               // how long that is good for
    std::vector<std::string> open;  // names that were not read to their end
  };
  struct Place {
    const AgentContext& agent;
    std::string_view name;  // one of those that hold transcripts
    const std::string& path;
    std::vector<std::int64_t>& alive;
    Found& found;
  };
  [[nodiscard]] Result<> look_through(const Place& place, Look& look);
  [[nodiscard]] Result<> look_at(const Place& place, Look& look, std::vector<std::string> names);
  // True if the file is to be read.
  bool take(const Place& place, const host::Dir& directory, const std::string& name);
  void watch(const host::Dir& directory, Look& look);

  Duration least_pause_;
  std::optional<host::DirectoryWatch> watch_;
  bool tried_ = false;
  bool whole_ = true;  // this pass
  std::optional<SteadyTime> last_whole_;
  std::map<std::string, Look> looks_;  // by home and path
  std::uint64_t looked_at_ = 0;
};

}  // namespace clawvigil::usage
