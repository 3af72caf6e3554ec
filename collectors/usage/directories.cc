#include "collectors/usage/directories.h"

#include <algorithm>
#include <array>

#include "collectors/parse/transcript.h"

namespace clawvigil::usage {

namespace {

constexpr std::size_t kMaxFilesPerDirectory = 250'000;
constexpr std::array<std::string_view, 3> kDirectories = {"sessions", "sessions/cold",
                                                          "session-sqlite-import-archive"};
constexpr int kShare = 1'000;  // of the time may go into looking through all directories
constexpr Duration kMaxPause = std::chrono::minutes(10);
constexpr std::size_t kMaxOpen = 4'096;

bool is_unchanged(const FileCursor& cursor, const host::FileStat& stat) {
  return cursor.size == stat.size && cursor.modified_ns == modified_ns(stat);
}

// Forks carry the time before their id: 2026-11-22T00-02-27-058Z_<session id>
bool is_fork(const PendingFile& file) {
  constexpr std::size_t kUuidLength = 36;
  const std::string_view name = file.name;
  const std::string_view stem = name.substr(0, name.find(".jsonl"));
  return stem.size() > kUuidLength + 2 &&
         stem.substr(stem.size() - kUuidLength - 2).starts_with("Z_");
}

}  // namespace

void TranscriptDirectories::begin_pass(SteadyTime now) {
  whole_ = !last_whole_ || now - *last_whole_ >= std::max<Duration>(kMaxPause, least_pause_);
  if (whole_) last_whole_ = now;
}

Result<TranscriptDirectories::Found> TranscriptDirectories::list(const AgentContext& agent,
                                                                 std::vector<std::int64_t>& alive) {
  Found found;
  for (const std::string_view name : kDirectories) {
    const std::string path = "agents/" + agent.agent + "/" + std::string(name);
    const std::string key = agent.home.label + '\0' + path;
    const Place place{agent, name, path, alive, found};
    Look& look = looks_[key];
    const bool watched =
        !whole_ && look.watch >= 0 && agent.run.clock.now().steady - look.last < look.pause;
    auto changes = watched ? watch_->take(look.watch)
                           : host::DirectoryWatch::Changes{.everything = true, .names = {}};
    const auto looked = changes.everything ? look_through(place, look)
                                           : look_at(place, look, std::move(changes.names));
    if (looked) continue;
    if (look.watch >= 0) watch_->remove(look.watch);  // what it would name next is not all there is
    looks_.erase(key);
    if (looked.error().code != Errc::not_found) return std::unexpected(looked.error());
  }
  std::ranges::stable_sort(found.changed, {}, [](const PendingFile& file) {
    return std::pair(is_fork(file), std::string_view(file.name));
  });
  return found;
}

Result<> TranscriptDirectories::look_through(const Place& place, Look& look) {
  const SteadyTime begin = place.agent.run.clock.now().steady;
  TRY_ASSIGN(const host::Dir directory, place.agent.home.dir->open_dir(place.path));
  watch(directory, look);
  look.open.clear();
  TRY_ASSIGN(const auto entries, directory.list(".", kMaxFilesPerDirectory));
  for (const host::DirEntry& entry : entries) {
    if (!take(place, directory, entry.name)) continue;
    if (look.open.size() < kMaxOpen) look.open.push_back(entry.name);
  }
  look.last = place.agent.run.clock.now().steady;
  const bool many = look.open.size() == kMaxOpen;  // some would be forgotten
  const auto share = kShare * static_cast<std::int64_t>(looks_.size());
  const Duration pause = std::max<Duration>((look.last - begin) * share, least_pause_);
  look.pause = many ? Duration() : std::min(pause, kMaxPause);
  return {};
}

Result<> TranscriptDirectories::look_at(const Place& place, Look& look,
                                        std::vector<std::string> names) {
  place.found.all = false;
  names.insert(names.end(), look.open.begin(), look.open.end());
  if (names.empty()) return {};
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  look.open.clear();
  TRY_ASSIGN(const host::Dir directory, place.agent.home.dir->open_dir(place.path));
  for (const std::string& name : names) {
    if (take(place, directory, name)) look.open.push_back(name);
  }
  return {};
}

bool TranscriptDirectories::take(const Place& place, const host::Dir& directory,
                                 const std::string& name) {
  const FileForm form = classify_transcript_name(name);
  if (form == FileForm::none) return false;
  ++looked_at_;
  const auto stat = directory.stat(name);
  if (!stat) return false;  // vanished meanwhile
  const FileCursor* cursor = place.agent.ledger.file(stat->device, stat->inode);
  if (cursor != nullptr && is_unchanged(*cursor, *stat)) {
    place.alive.push_back(cursor->id);
    return false;
  }
  place.found.changed.push_back({place.name, name, form, stat->modified});
  return true;
}

// Before its files are looked at: what is written from then on is named.
void TranscriptDirectories::watch(const host::Dir& directory, Look& look) {
  if (!tried_) {
    tried_ = true;
    if (auto created = host::DirectoryWatch::create()) watch_.emplace(std::move(*created));
  }
  if (!watch_) return;
  const auto number = watch_->add(directory);
  if (look.watch >= 0 && (!number || *number != look.watch)) watch_->remove(look.watch);
  look.watch = number ? *number : -1;
  if (number) static_cast<void>(watch_->take(*number));
}

}  // namespace clawvigil::usage
