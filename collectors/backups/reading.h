// What can be seen of one backup, and what of the machine is needed to see it. Nothing is run,
// unlocked or written: times, sizes, names and first bytes only.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/mount_table.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/collector.h"
#include "exporter/host/file.h"
#include "exporter/host/passwd.h"

namespace clawvigil::backups {

// Who beside its owner can get at a backup.
struct Access {
  bool agent_can_change = false;  // a gateway's user can alter, replace or delete it
  bool open_to_others = false;    // every user of this machine can read it
};

// A part of a reading that can fail alone.
enum class Part { encryption, place, access, time };
struct Problem {
  Part part;
  Error error;
};

struct BackupReading {
  bool present = false;               // there is at least one
  std::optional<SystemTime> newest;   // when the newest was completed
  std::optional<SystemTime> oldest;   // the oldest that is still kept
  std::optional<std::uint64_t> size;  // bytes of the newest
  std::optional<double> usual_size;   // median of those before it, from three on
  std::optional<std::uint64_t> kept;  // how many there are
  std::optional<bool> encrypted;
  std::optional<bool> off_host;
  std::optional<Access> access;
  std::vector<Problem> problems;

  // Keeps `value`, or its error as a problem of `part`.
  template <class T>
  void take(Part part, Result<T> value, std::optional<T>& slot) {
    if (value) {
      slot = std::move(*value);
    } else {
      problems.push_back({part, std::move(value).error()});
    }
  }
};

// A gateway's user, as the owner of files is compared with it.
struct Agent {
  uid_t uid = 0;
  Result<std::set<gid_t>>
      groups;  // the error where the machine's accounts or groups are unreadable
};

// Read once a run. References live for the run.
struct Machine {
  const Context& context;
  std::vector<parse::Mount> mounts;
  std::vector<Agent> agents;
  Result<std::vector<host::Account>> accounts = {};

  // An unreadable mount table is empty; what depends on what could not be read is then a problem of
  // the reading.
  [[nodiscard]] static Machine read(const Context& context);
  [[nodiscard]] SystemTime now() const { return context.now.wall; }
  // Times later than this are wrong: they would keep a backup young for ever.
  [[nodiscard]] SystemTime latest() const { return now() + std::chrono::hours(1); }
  // The directory, symlinks on the way to it and its own followed: the owner chose the path.
  [[nodiscard]] Result<host::Dir> directory(const std::string& path) const;
};

// Whether the directory lies on another machine, by the file system it is on. `path` is its own.
[[nodiscard]] Result<bool> lies_off_host(const Machine& machine, const host::Dir& directory,
                                         std::string_view path);

// `name` in `directory`, whose path is `path`; "." for the directory as a whole (a repository).
// Whoever can rename a directory on the way to it can put another in its place.
[[nodiscard]] Result<Access> who_can_get_at(const Machine& machine, const host::Dir& directory,
                                            std::string_view path, std::string_view name);

}  // namespace clawvigil::backups
