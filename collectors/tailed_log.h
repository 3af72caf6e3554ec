// A log file and its rotated predecessors, followed from where the collector's ledger says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "exporter/base/result.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/host/file.h"
#include "exporter/host/log_follower.h"

namespace clawvigil {

// One thread.
class TailedLog {
 public:
  // `path` is absolute. What it holds when it is read for the first time ever is history.
  explicit TailedLog(std::string path);

  [[nodiscard]] const std::string& path() const { return path_; }

  // Reads on and notes the position in `ledger`, to be committed by the caller with what `sink` has
  // counted. not_found: there is no such log; other errors: those of LogFollower::read, or the
  // first of its problems when nothing could be read. Messages name the path.
  [[nodiscard]] Result<host::LogProgress> read(const host::Root& root, EventLedger& ledger,
                                               std::uint64_t budget,
                                               const host::LogFollower::Sink& sink);

 private:
  void restore(const EventLedger& ledger);

  std::string path_;
  std::string directory_;
  std::string name_;
  std::optional<host::LogFollower> follower_;
};

}  // namespace clawvigil
