#include "collectors/secrets/tree_scan.h"

#include <xxhash.h>

#include <algorithm>

namespace clawvigil::secrets {

namespace {

using host::FileKind;

// Kept of one file; what comes after them is not counted.
constexpr std::size_t kMaxLines = 1'000;

std::string joined(std::string_view directory, std::string_view name) {
  if (directory == ".") return std::string(name);
  return std::string(directory) + "/" + std::string(name);
}

std::uint64_t hash(std::string_view text) { return ::XXH3_64bits(text.data(), text.size()); }

std::uint64_t state_of(const host::FileStat& stat) {
  const std::array<std::uint64_t, 5> fields = {
      stat.device, stat.inode, stat.size,
      static_cast<std::uint64_t>(stat.modified.time_since_epoch().count()),
      static_cast<std::uint64_t>(stat.changed.time_since_epoch().count())};
  return ::XXH3_64bits(fields.data(), sizeof fields);
}

std::uint64_t less(std::uint64_t budget, std::uint64_t spent) {
  return budget - std::min(budget, spent);
}

}  // namespace

void TreeScan::begin(std::vector<Tree> trees) {
  trees_ = std::move(trees);
  directories_.clear();
  files_.clear();
  next_known_.clear();
  next_found_.clear();
  skipped_ = {};
  problems_ = {};
  for (std::size_t i = trees_.size(); i > 0; --i) directories_.push_back({i - 1, ".", 0});
}

bool TreeScan::step(ScanBudget& budget, const std::function<bool()>& check, SystemTime now,
                    Findings& found) {
  while (in_progress()) {
    if (budget.spent() || !check()) return false;
    if (files_.empty()) {
      list_next();
    } else {
      look_at_next(budget);
    }
  }
  finish(now, found);
  return true;
}

void TreeScan::list_next() {
  current_ = std::move(directories_.back());
  directories_.pop_back();
  const Tree& tree = trees_[current_.tree];
  const auto entries = tree.directory->list(current_.relative, kMaxEntries);
  if (!entries) {
    if (entries.error().code == Errc::not_found) return;
    if (current_.depth == 0) problems_[index_of(tree.location)] = entries.error();
    return skip(tree.location);
  }
  for (const host::DirEntry& entry : *entries) {
    const std::string relative = joined(current_.relative, entry.name);
    if (entry.kind == FileKind::directory) {
      if (!tree.enters(relative)) continue;
      if (current_.depth < kMaxDepth) {
        directories_.push_back({current_.tree, relative, current_.depth + 1});
      } else {
        skip(tree.location);
      }
    } else if (entry.kind == FileKind::regular && may_hold_secrets(entry.name) &&
               tree.place_of(relative)) {
      files_.push_back(entry.name);
    }
  }
}

void TreeScan::look_at_next(ScanBudget& budget) {
  const std::string relative = joined(current_.relative, files_.back());
  files_.pop_back();
  budget.files = less(budget.files, 1);
  const Tree& tree = trees_[current_.tree];
  const std::optional<Location> location = tree.place_of(relative);
  const auto stat = tree.directory->stat(relative);
  if (!location || !stat || stat->kind != FileKind::regular) return;
  if (next_known_.size() >= kMaxFiles) {
    problems_[index_of(*location)] = {Errc::too_large,
                                      "more than " + std::to_string(kMaxFiles) + " files"};
    return skip(*location);
  }
  if (stat->size > kMaxFileBytes) return skip(*location);
  const std::uint64_t key = hash(tree.path + "/" + relative);
  const Print print{key, state_of(*stat)};
  if (!is_known(print)) return read_file(tree, relative, *location, *stat, key, budget);
  if (const auto before = found_.find(key); before != found_.end()) next_found_.insert(*before);
  next_known_.push_back(print);
}

void TreeScan::read_file(const Tree& tree, const std::string& relative, Location location,
                         const host::FileStat& stat, std::uint64_t key, ScanBudget& budget) {
  const uid_t owner = stat.uid == 0 ? 0 : owner_;
  const auto file = tree.directory->open_file(relative, {.owner = owner});
  if (!file) {
    if (file.error().code != Errc::not_found) skip(location);
    return;
  }
  // Should it have been replaced or written to meanwhile, the next pass reads it again.
  const auto opened = file->stat();
  FileFindings findings{tree.path + "/" + relative, location, {}};
  Position position;
  const auto read = file_scan_.read(*file, FileEnd::complete, kMaxFileBytes + 1, position,
                                    [&](SecretRule rule, std::uint64_t line) {
                                      if (findings.lines.size() < kMaxLines) {
                                        findings.lines.emplace_back(line, rule);
                                      }
                                    });
  if (!read || !opened) return skip(location);
  budget.bytes = less(budget.bytes, *read);
  if (!findings.lines.empty()) next_found_.insert_or_assign(key, std::move(findings));
  next_known_.emplace_back(key, state_of(*opened));
}

bool TreeScan::is_known(const Print& print) const {
  return std::ranges::binary_search(known_, print);
}

void TreeScan::finish(SystemTime now, Findings& found) {
  std::ranges::sort(next_known_);
  known_ = std::move(next_known_);
  found_ = std::move(next_found_);
  next_known_.clear();
  next_found_.clear();
  for (std::size_t i = 0; i < kLocations; ++i) {
    found[i] = {};
    found[i].files_skipped = skipped_[i];
    found[i].completed_at = now;
    found[i].problem = problems_[i];
  }
  std::vector<const FileFindings*> in_order;
  in_order.reserve(found_.size());
  for (const auto& [key, file] : found_) in_order.push_back(&file);
  std::ranges::sort(in_order, {}, &FileFindings::path);
  for (const FileFindings* file : in_order) {
    for (const auto& [line, rule] : file->lines) {
      found[index_of(file->location)].add(file->path, line, rule);
    }
  }
}

}  // namespace clawvigil::secrets
