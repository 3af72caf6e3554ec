#include "exporter/host/cgroups.h"

#include <deque>

#include "exporter/base/strings.h"

namespace clawvigil::host {

namespace {

constexpr Duration kRebuildAfter = std::chrono::seconds(10);
constexpr Duration kForgetMissing = std::chrono::minutes(10);
constexpr std::size_t kMaxMissing = 4096;
constexpr std::size_t kMaxDirectories = 20'000;
constexpr std::size_t kMaxEntries = 20'000;  // of one directory
constexpr int kMaxDepth = 16;

struct Pending {
  std::string path;  // relative to the mount, "." for the root
  int depth;
};

std::string child_path(const std::string& parent, const std::string& name) {
  return parent == "." ? name : parent + "/" + name;
}

}  // namespace

std::string find_cgroup_mount(const Root& root) {
  for (const std::string_view mount : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
    const auto directory = root.anchor(mount);
    if (directory && directory->stat("cgroup.controllers")) return std::string(mount);
  }
  return {};
}

std::string unit_of_cgroup_path(std::string_view path) {
  std::string unit;
  for (const std::string_view part : split(path, '/')) {
    if (part.ends_with(".service") || part.ends_with(".scope") || part.ends_with(".socket")) {
      unit = part;
    }
  }
  return unit;
}

std::string CgroupIndex::path_of(std::uint64_t cgroup_id, const Root& root, SteadyTime now) {
  if (cgroup_id == 0) return {};
  if (const auto found = paths_.find(cgroup_id); found != paths_.end()) return found->second;
  const auto missing = note_missing(cgroup_id, now);
  if (missing && missing->looked_for && now - *missing->looked_for < kForgetMissing) return {};
  if (built_ && now - built_at_ < kRebuildAfter) return {};
  rebuild(root, now);
  const auto found = paths_.find(cgroup_id);
  return found == paths_.end() ? std::string() : found->second;
}

// Nothing is missing in a tree that cannot be read, or is not to be noted any more.
std::optional<CgroupIndex::Missing> CgroupIndex::note_missing(std::uint64_t cgroup_id,
                                                              SteadyTime now) {
  if (built_ && !readable_) return std::nullopt;
  if (missing_.size() >= kMaxMissing && !missing_.contains(cgroup_id)) return std::nullopt;
  Missing& missing = missing_[cgroup_id];
  missing.asked = now;
  return missing;
}

bool CgroupIndex::is_awaited(std::uint64_t cgroup_id) const {
  const auto missing = missing_.find(cgroup_id);
  return missing != missing_.end() && !missing->second.looked_for;
}

void CgroupIndex::rebuild(const Root& root, SteadyTime now) {
  built_ = true;
  built_at_ = now;
  paths_.clear();
  readable_ = read_tree(root);
  if (!readable_) {
    missing_.clear();  // nothing was looked for
    return;
  }
  std::erase_if(missing_, [&](const auto& entry) {
    return paths_.contains(entry.first) || now - entry.second.asked >= kForgetMissing;
  });
  for (auto& [cgroup_id, missing] : missing_) missing.looked_for = now;
}

bool CgroupIndex::read_tree(const Root& root) {
  const auto mount = root.anchor(find_cgroup_mount(root));
  if (!mount) return false;
  std::deque<Pending> queue{{".", 0}};
  while (!queue.empty() && paths_.size() < kMaxDirectories) {
    const Pending current = std::move(queue.front());
    queue.pop_front();
    const auto found = mount->stat(current.path);
    if (!found || found->kind != FileKind::directory) continue;  // gone meanwhile
    paths_[found->inode] = current.path == "." ? "/" : "/" + current.path;
    if (current.depth == kMaxDepth) continue;
    const auto entries = mount->list(current.path, kMaxEntries);
    if (!entries) continue;
    for (const DirEntry& entry : *entries) {
      if (entry.kind != FileKind::directory || queue.size() >= kMaxDirectories) continue;
      queue.push_back({child_path(current.path, entry.name), current.depth + 1});
    }
  }
  return true;
}

}  // namespace clawvigil::host
