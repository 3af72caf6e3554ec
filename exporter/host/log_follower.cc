#include "exporter/host/log_follower.h"

#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>

#include "exporter/base/strings.h"
#include "exporter/host/untouched.h"

namespace clawvigil::host {

namespace {

constexpr std::string_view kVersion = "log-position 1";

std::uint64_t hash_of(std::string_view head) { return ::XXH3_64bits(head.data(), head.size()); }

Result<std::string> read_up_to(const File& file, std::uint64_t offset, std::size_t bytes) {
  std::string text(bytes, '\0');
  TRY_ASSIGN(const std::size_t got, file.read_at(offset, text));
  text.resize(got);
  return text;
}

std::optional<std::uint64_t> take_number(std::string_view& line) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc()) return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (line.starts_with(' ')) line.remove_prefix(1);
  return number;
}

}  // namespace

struct LogFollower::Reading {
  std::uint64_t budget;
  const Sink& sink;
  LogProgress progress;
  std::vector<char> buffer;
};

std::string LogFollower::position() const {
  if (fresh_) return {};
  std::string text(kVersion);
  for (const auto& [id, stream] : streams_) {
    text += '\n' + std::to_string(stream.head_bytes) + ' ' + std::to_string(stream.head_hash) +
            ' ' + std::to_string(stream.offset) + ' ' + (stream.skipping ? '1' : '0');
  }
  return text;
}

Result<> LogFollower::restore(std::string_view position) {
  *this = LogFollower(std::move(rules_), start_);
  if (position.empty()) return {};
  const auto wrong = [&] {
    *this = LogFollower(std::move(rules_), start_);
    return fail(Errc::parse, "not a position in a log");
  };
  const std::vector<std::string_view> lines = split(position, '\n');
  if (lines.front() != kVersion) return wrong();
  for (std::string_view line : std::span(lines).subspan(1)) {
    const auto head_bytes = take_number(line);
    const auto head_hash = take_number(line);
    const auto offset = take_number(line);
    const auto skipping = take_number(line);
    if (!head_bytes || !head_hash || !offset || !skipping || !line.empty()) return wrong();
    if (*head_bytes == 0 || *head_bytes > kHeadBytes) return wrong();
    streams_[streams_.size()] = {static_cast<std::size_t>(*head_bytes), *head_hash, *offset,
                                 *skipping != 0, *offset};
  }
  fresh_ = false;
  return {};
}

Result<> LogFollower::list(const Dir& directory) {
  TRY_ASSIGN(const FileStat now, directory.stat("."));
  const bool unchanged = listed_ && is_untouched(*listed_, now);
  if (unchanged && listing_is_settled_) return {};
  TRY_ASSIGN(const auto entries, directory.list(".", rules_.max_directory_entries));
  std::vector<Seen> files;
  for (const DirEntry& entry : entries) {
    if (!rules_.belongs(entry.name)) continue;
    if (files.size() == rules_.max_files) {
      return fail(Errc::too_large,
                  "more than " + std::to_string(rules_.max_files) + " files of one log");
    }
    const auto known = std::ranges::find(files_, entry.name, &Seen::name);
    files.push_back(known == files_.end() ? Seen{entry.name, {}, {}} : *known);
  }
  files_ = std::move(files);
  // A file made in the same tick of the clock as this listing would not show in the directory's
  // time: a changed directory is listed once more by the next call.
  listing_is_settled_ = unchanged;
  listed_ = now;
  return {};
}

Result<> LogFollower::look_at(const Dir& directory, Seen& seen) {
  const auto now = directory.stat(seen.name);
  if (now && seen.stat && is_untouched(*seen.stat, *now)) return {};
  seen.stat.reset();
  seen.stream.reset();
  if (!now) return std::unexpected(now.error());
  TRY_ASSIGN(const File file, directory.open_file(seen.name, rules_.open));
  TRY_ASSIGN(const FileStat opened, file.stat());
  TRY_ASSIGN(seen.stream, stream_of(file, opened.size));
  seen.stat = opened;
  return {};
}

Result<std::optional<LogFollower::StreamId>> LogFollower::stream_of(const File& file,
                                                                    std::uint64_t size) {
  TRY_ASSIGN(
      const std::string head,
      read_up_to(file, 0, static_cast<std::size_t>(std::min<std::uint64_t>(size, kHeadBytes))));
  if (head.size() < kHeadBytes && head.find('\n') == std::string::npos) return std::nullopt;
  Stream* best = nullptr;
  StreamId found = 0;
  for (auto& [id, stream] : streams_) {
    if (stream.head_bytes > head.size()) continue;
    if (best != nullptr && stream.head_bytes <= best->head_bytes) continue;
    if (hash_of(std::string_view(head).substr(0, stream.head_bytes)) != stream.head_hash) continue;
    best = &stream;
    found = id;
  }
  if (best == nullptr) {
    found = streams_.empty() ? 0 : streams_.rbegin()->first + 1;
    best = &streams_[found];
  }
  if (best->head_bytes < head.size()) {
    best->head_bytes = head.size();
    best->head_hash = hash_of(head);
  }
  return found;
}

std::vector<const LogFollower::Seen*> LogFollower::files_to_read() {
  std::map<StreamId, const Seen*> longest;
  for (const Seen& seen : files_) {
    if (!seen.stream) continue;
    const Seen*& chosen = longest[*seen.stream];
    if (chosen == nullptr || seen.stat->size > chosen->stat->size) chosen = &seen;
  }
  std::vector<const Seen*> files;
  for (const auto& [id, seen] : longest) {
    streams_[id].size = seen->stat->size;
    files.push_back(seen);
  }
  std::ranges::sort(files, {}, [](const Seen* seen) { return seen->stat->modified; });
  return files;
}

void LogFollower::skip_history(const Dir& directory) {
  for (const Seen* seen : files_to_read()) {
    Stream& stream = streams_[*seen->stream];
    stream.offset = stream.size;
    const auto file = directory.open_file(seen->name, rules_.open);
    const auto last = file ? read_up_to(*file, stream.size - 1, 1) : Result<std::string>("\n");
    stream.skipping = last && *last != "\n";
  }
}

Result<LogProgress> LogFollower::read(const Dir& directory, std::uint64_t budget,
                                      const Sink& sink) {
  TRY(list(directory));
  Reading reading{budget, sink, {}, {}};
  reading.progress.files = files_.size();
  for (Seen& seen : files_) {
    const auto looked = look_at(directory, seen);
    if (looked || looked.error().code == Errc::not_found) continue;
    reading.progress.problems.push_back(looked.error());
  }
  if (fresh_ && start_ == Start::end) skip_history(directory);
  fresh_ = false;
  const std::vector<const Seen*> files = files_to_read();
  TRY(read_deleted(files, reading));
  for (const Seen* seen : files) TRY(read_file(directory, *seen, reading));
  forget_surplus_streams();
  return std::move(reading.progress);
}

bool LogFollower::begins_as(const Stream& stream, const File& file) {
  const auto head = read_up_to(file, 0, stream.head_bytes);
  return head && head->size() == stream.head_bytes && hash_of(*head) == stream.head_hash;
}

Result<> LogFollower::read_deleted(const std::vector<const Seen*>& present, Reading& reading) {
  for (auto& [id, stream] : streams_) {
    const auto has_id = [&](const Seen* seen) { return seen->stream == id; };
    if (std::ranges::any_of(present, has_id)) continue;
    const bool is_open = newest_ && newest_->first == id && begins_as(stream, newest_->second);
    if (is_open) {
      TRY_ASSIGN(const FileStat now, newest_->second.stat());
      stream.size = now.size;
      TRY(read_stream(stream, newest_->second, now.size, reading));
      if (reading.budget == 0) continue;  // the rest comes next time
    } else if (stream.size > stream.offset) {
      reading.progress.lost = true;
    }
    if (newest_ && newest_->first == id) newest_.reset();
    stream.size = stream.offset;
  }
  return {};
}

Result<> LogFollower::read_file(const Dir& directory, const Seen& seen, Reading& reading) {
  const StreamId id = *seen.stream;
  Stream& stream = streams_[id];
  if (stream.size < stream.offset) {  // cut back, with its beginning unharmed
    reading.progress.lost = true;
    stream.offset = stream.size;
    stream.skipping = false;
  }
  if (stream.size == stream.offset) return {};
  auto file = directory.open_file(seen.name, rules_.open);
  if (!file) {
    if (file.error().code != Errc::not_found) reading.progress.problems.push_back(file.error());
    return {};
  }
  TRY_ASSIGN(const FileStat opened, file->stat());
  if (opened.inode != seen.stat->inode || opened.device != seen.stat->device)
    return {};  // next time
  TRY(read_stream(stream, *file, stream.size, reading));
  if (reading.budget == 0) reading.progress.lag_bytes += stream.size - stream.offset;
  newest_.emplace(id, *std::move(file));
  return {};
}

Result<> LogFollower::read_stream(Stream& stream, const File& file, std::uint64_t end,
                                  Reading& reading) const {
  reading.buffer.resize(rules_.max_line_bytes);
  while (stream.offset < end && reading.budget > 0) {
    const auto wanted = static_cast<std::size_t>(
        std::min<std::uint64_t>(reading.buffer.size(), end - stream.offset));
    TRY_ASSIGN(const std::size_t got,
               file.read_at(stream.offset, std::span(reading.buffer).first(wanted)));
    if (got == 0) return {};  // truncated meanwhile: seen by the next call
    std::string_view text(reading.buffer.data(), got);
    const std::uint64_t begin = stream.offset;
    if (stream.skipping) {
      const std::size_t newline = text.find('\n');
      const bool ends = newline != std::string_view::npos;
      stream.offset += ends ? newline + 1 : text.size();
      stream.skipping = !ends;
    } else if (const std::size_t newline = text.rfind('\n'); newline != std::string_view::npos) {
      text = text.substr(0, newline + 1);
      reading.progress.lines += static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
      reading.sink(text);
      stream.offset += text.size();
    } else if (got == reading.buffer.size()) {
      ++reading.progress.lines;
      ++reading.progress.overlong_lines;
      stream.skipping = true;
      stream.offset += got;
    } else {
      return {};  // a torn last line
    }
    const std::uint64_t advanced = stream.offset - begin;
    reading.progress.bytes += advanced;
    reading.budget -= std::min(reading.budget, advanced);
  }
  return {};
}

void LogFollower::forget_surplus_streams() {
  const std::size_t most = 2 * rules_.max_files;
  for (auto it = streams_.begin(); it != streams_.end() && streams_.size() > most;) {
    const auto has_id = [&](const Seen& seen) { return seen.stream == it->first; };
    it = std::ranges::any_of(files_, has_id) ? std::next(it) : streams_.erase(it);
  }
}

}  // namespace clawvigil::host
