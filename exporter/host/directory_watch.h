// Which files of a directory were written, made, moved or removed since it was last asked, so that
// a directory with many files at rest need not be looked through again and again (inotify). What is
// written through a mapping or on another machine's file system is not seen: whoever relies on it
// looks at everything now and then. Used by one thread at a time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "exporter/base/fd.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::host {

class DirectoryWatch {
 public:
  // What has happened in one directory.
  struct Changes {
    bool everything = false;         // more than is remembered, or it is gone: look at all of it
    std::vector<std::string> names;  // sorted, each once; raw bytes as on disk
  };
  static constexpr std::size_t kMaxNames = 1'000;  // remembered of a directory

  // unsupported: the system gives no more watches; all else works without.
  [[nodiscard]] static Result<DirectoryWatch> create();

  // Watches the directory from now on; the number names it below. The same directory has the same
  // number. unsupported: no more watches.
  [[nodiscard]] Result<int> add(const Dir& directory);
  void remove(int number);

  // What happened since the last call for it; a number that is not watched: everything.
  [[nodiscard]] Changes take(int number);

 private:
  explicit DirectoryWatch(Fd fd) : fd_(std::move(fd)) {}
  void read_events();
  void note(int number, std::string_view name);
  void lose_all();

  Fd fd_;
  std::map<int, Changes> changes_;  // by number
};

}  // namespace clawvigil::host
