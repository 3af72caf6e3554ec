// Looks for secrets in directory trees, again and again, without reading what has not changed: a
// file whose inode, size and times are those of the last pass keeps its findings. A pass over a big
// tree is spread over many runs.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/secrets/file_scan.h"
#include "collectors/secrets/findings.h"
#include "exporter/host/file.h"

namespace clawvigil::secrets {

struct Tree {
  std::string path;  // absolute, as shown to the owner; names the tree
  std::shared_ptr<const host::Dir> directory;
  // Where a file of this tree belongs; nullopt: it is not looked at.
  std::optional<Location> (*place_of)(std::string_view relative) = nullptr;
  // Whether there may be something in this directory.
  bool (*enters)(std::string_view relative) = nullptr;
  Location location = Location::workspace;  // to which a directory that cannot be read is counted
};

// What one run may spend. Counted down.
struct ScanBudget {
  std::uint64_t bytes = 256UL * 1024 * 1024;
  std::uint64_t files = 20'000;  // looked at, read or not
  [[nodiscard]] bool spent() const { return bytes == 0 || files == 0; }
};

class TreeScan {
 public:
  static constexpr std::uint64_t kMaxFileBytes = 64UL * 1024 * 1024;  // larger: files_skipped
  static constexpr std::size_t kMaxFiles = 50'000;    // of all trees; beyond: a problem
  static constexpr std::size_t kMaxEntries = 10'000;  // of one directory; beyond: files_skipped
  static constexpr int kMaxDepth = 16;

  // Files must belong to `owner` or to root and have one link; symlinks are not followed.
  explicit TreeScan(uid_t owner) : owner_(owner) {}

  [[nodiscard]] bool in_progress() const { return !directories_.empty() || !files_.empty(); }
  // Begins a pass over `trees`.
  void begin(std::vector<Tree> trees);
  // Goes on with the pass until it is done or the budget is spent; true when it is done: `found`
  // then holds all of it, and completed_at for every location. `check` is asked for every file;
  // when it says no, the pass stays where it is.
  [[nodiscard]] bool step(ScanBudget& budget, const std::function<bool()>& check, SystemTime now,
                          Findings& found);
  // Until the next step(): gives back what only reading needs.
  void rest() { file_scan_.rest(); }

 private:
  struct Directory {
    std::size_t tree = 0;
    std::string relative;
    int depth = 0;
  };
  struct FileFindings {
    std::string path;
    Location location;
    std::vector<std::pair<std::uint64_t, SecretRule>> lines;
  };
  using Print = std::pair<std::uint64_t, std::uint64_t>;  // of the path; of the state of the file

  void list_next();
  void look_at_next(ScanBudget& budget);
  void read_file(const Tree& tree, const std::string& relative, Location location,
                 const host::FileStat& stat, std::uint64_t key, ScanBudget& budget);
  [[nodiscard]] bool is_known(const Print& print) const;
  void skip(Location location) { ++skipped_[index_of(location)]; }
  void finish(SystemTime now, Findings& found);

  uid_t owner_;
  FileScan file_scan_;
  // The last pass.
  std::vector<Print> known_;  // sorted
  std::map<std::uint64_t, FileFindings> found_;
  // The pass that is under way.
  std::vector<Tree> trees_;
  std::vector<Directory> directories_;
  Directory current_;               // whose files_ are looked at
  std::vector<std::string> files_;  // names
  std::vector<Print> next_known_;
  std::map<std::uint64_t, FileFindings> next_found_;
  std::array<std::uint64_t, kLocations> skipped_{};
  std::array<std::optional<Error>, kLocations> problems_{};
};

}  // namespace clawvigil::secrets
