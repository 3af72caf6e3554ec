#include "collectors/secrets/log_scan.h"

#include <algorithm>

namespace clawvigil::secrets {

namespace {

constexpr std::size_t kMaxEntries = 4'096;
constexpr std::size_t kMaxLines = 1'000;  // kept of one file; what comes after is not counted

}  // namespace

bool LogScan::step(const std::vector<LogDirectory>& directories, ScanBudget& budget,
                   const std::function<bool()>& check, SystemTime now, LocationFindings& found) {
  bool complete = true;
  skipped_ = 0;
  for (auto& [identity, file] : files_) file.seen = false;
  for (const LogDirectory& directory : directories) {
    const auto entries = directory.directory->list(".", kMaxEntries);
    if (!entries) {
      if (entries.error().code != Errc::not_found) ++skipped_;
      continue;
    }
    for (const host::DirEntry& entry : *entries) {
      if (!directory.belongs(entry.name) || !may_hold_secrets(entry.name)) continue;
      complete = check() && read(directory, entry.name, budget) && complete;
    }
  }
  if (!complete) return false;
  std::erase_if(files_, [](const auto& entry) { return !entry.second.seen; });
  report(now, found);
  return true;
}

bool LogScan::read(const LogDirectory& directory, const std::string& name, ScanBudget& budget) {
  const auto stat = directory.directory->stat(name);
  if (!stat || stat->kind != host::FileKind::regular || stat->uid != owner_) return true;
  const Identity identity{stat->device, stat->inode};
  if (!files_.contains(identity) && files_.size() >= kMaxFiles) {
    ++skipped_;
    return true;
  }
  File& known = files_[identity];
  known.path = directory.path + "/" + name;
  known.seen = true;
  if (stat->size < known.position.offset) known = {known.path, {}, true, {}};
  if (stat->size == known.position.offset) return true;
  if (budget.spent()) return false;
  const auto file = directory.directory->open_file(name, {.owner = owner_});
  if (!file) {
    ++skipped_;
    return true;
  }
  const auto bytes = file_scan_.read(*file, FileEnd::growing, budget.bytes, known.position,
                                     [&](SecretRule rule, std::uint64_t line) {
                                       if (known.lines.size() < kMaxLines) {
                                         known.lines.emplace_back(line, rule);
                                       }
                                     });
  if (!bytes) {
    ++skipped_;
    return true;
  }
  budget.bytes -= std::min(budget.bytes, *bytes);
  return !budget.spent();
}

void LogScan::report(SystemTime now, LocationFindings& found) {
  found = {};
  found.completed_at = now;
  found.files_skipped = skipped_;
  std::vector<const File*> in_order;
  in_order.reserve(files_.size());
  for (const auto& [identity, file] : files_) in_order.push_back(&file);
  std::ranges::sort(in_order, {}, &File::path);
  for (const File* file : in_order) {
    for (const auto& [line, rule] : file->lines) found.add(file->path, line, rule);
  }
}

}  // namespace clawvigil::secrets
