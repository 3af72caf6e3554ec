#include "exporter/host/directory_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace clawvigil::host {

namespace {

constexpr std::uint32_t kEvents = IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                  IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr std::uint32_t kGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT;

}  // namespace

Result<DirectoryWatch> DirectoryWatch::create() {
  Fd fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!fd) return fail(Errc::unsupported, "no inotify instance is left");
  return DirectoryWatch(std::move(fd));
}

Result<int> DirectoryWatch::add(const Dir& directory) {
  // The descriptor's own entry leads to this very directory, wherever its path leads by now.
  const std::string path = "/proc/self/fd/" + std::to_string(directory.fd());
  const int number = ::inotify_add_watch(fd_.get(), path.c_str(), kEvents);
  if (number < 0) return fail(Errc::unsupported, "the directory cannot be watched");
  changes_.try_emplace(number);
  return number;
}

void DirectoryWatch::remove(int number) {
  if (changes_.erase(number) > 0) ::inotify_rm_watch(fd_.get(), number);
}

DirectoryWatch::Changes DirectoryWatch::take(int number) {
  read_events();
  const auto found = changes_.find(number);
  if (found == changes_.end()) return {.everything = true, .names = {}};
  Changes taken = std::exchange(found->second, {});
  std::ranges::sort(taken.names);
  taken.names.erase(std::ranges::unique(taken.names).begin(), taken.names.end());
  return taken;
}

void DirectoryWatch::read_events() {
  constexpr std::size_t kBuffer = 16L * 1024;
  alignas(::inotify_event) std::array<char, kBuffer> buffer;
  while (true) {
    const ssize_t got = ::read(fd_.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    for (std::size_t at = 0; at + sizeof(::inotify_event) <= static_cast<std::size_t>(got);) {
      ::inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      if ((event.mask & IN_Q_OVERFLOW) != 0) {
        lose_all();
      } else if ((event.mask & kGone) != 0) {
        remove(event.wd);
      } else if (event.len > 0) {
        note(event.wd, buffer.data() + at + sizeof event);  // ends in NUL
      }
      at += sizeof event + event.len;
    }
  }
}

void DirectoryWatch::note(int number, std::string_view name) {
  const auto found = changes_.find(number);
  if (found == changes_.end()) return;
  Changes& changes = found->second;
  if (changes.everything || (!changes.names.empty() && changes.names.back() == name)) return;
  changes.names.emplace_back(name);
  if (changes.names.size() <= kMaxNames) return;
  // A few files written in turn fill it with repetitions.
  std::ranges::sort(changes.names);
  changes.names.erase(std::ranges::unique(changes.names).begin(), changes.names.end());
  if (changes.names.size() > kMaxNames / 2) changes = {.everything = true, .names = {}};
}

void DirectoryWatch::lose_all() {
  for (auto& [number, changes] : changes_) changes = {.everything = true, .names = {}};
}

}  // namespace clawvigil::host
