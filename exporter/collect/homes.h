// The OpenClaw state directories ("homes") being watched. Discovery looks into the home directory
// of every account in /etc/passwd for .openclaw and .openclaw-<profile> holding an openclaw.json.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/mutex.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil {

inline constexpr std::size_t kMaxHomes = 16;

struct Home {
  std::string label;  // value of the label `home`: the account's name, or "name/profile"; unique
  std::string path;   // absolute, inside the root
  uid_t uid = 0;      // owner of the state directory: whom its files must belong to
  std::shared_ptr<const host::Dir> dir;  // anchor at `path`
};

struct HomeList {
  std::vector<Home> homes;
  std::vector<Error> problems;  // homes that exist but cannot be watched, and why
};

// Reads the machine. With `configured` not empty only those directories are taken; one that does
// not exist is a problem, not an error (OpenClaw may be installed later), more than kMaxHomes are
// an error (too_large). Of discovered ones the first kMaxHomes are taken, default directories
// before profiles, and the rest is a problem: an agent that makes directories must not stop its
// watcher.
[[nodiscard]] Result<HomeList> find_homes(const host::Root& root,
                                          const std::vector<std::string>& configured);

// The current list, shared by all collectors. Any thread.
class HomeRegistry {
 public:
  [[nodiscard]] std::shared_ptr<const HomeList> current() const;
  void replace(std::shared_ptr<const HomeList> list);

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const HomeList> list_ GUARDED_BY(mutex_) = std::make_shared<HomeList>();
};

}  // namespace clawvigil
