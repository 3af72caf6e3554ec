// Looks for secrets in logs, which only grow: what was read is not read again. A file is known by
// its inode, so that a rotated one keeps its findings under its new name; one that became shorter
// is read from its beginning.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collectors/secrets/file_scan.h"
#include "collectors/secrets/findings.h"
#include "collectors/secrets/places.h"

namespace clawvigil::secrets {

class LogScan {
 public:
  static constexpr std::size_t kMaxFiles = 256;

  explicit LogScan(uid_t owner) : owner_(owner) {}

  // Reads on in all files of the directories; true when all are read to their end: `found` then
  // holds what they contain now. Compressed files are not read.
  [[nodiscard]] bool step(const std::vector<LogDirectory>& directories, ScanBudget& budget,
                          const std::function<bool()>& check, SystemTime now,
                          LocationFindings& found);
  // Until the next step(): gives back what only reading needs.
  void rest() { file_scan_.rest(); }

 private:
  struct File {
    std::string path;
    Position position;
    bool seen = false;
    std::vector<std::pair<std::uint64_t, SecretRule>> lines;
  };
  using Identity = std::pair<std::uint64_t, std::uint64_t>;  // device, inode

  // False when the budget was spent first.
  bool read(const LogDirectory& directory, const std::string& name, ScanBudget& budget);
  void report(SystemTime now, LocationFindings& found);

  uid_t owner_;
  FileScan file_scan_;
  std::map<Identity, File> files_;
  std::uint64_t skipped_ = 0;
};

}  // namespace clawvigil::secrets
