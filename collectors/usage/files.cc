#include "collectors/usage/files.h"

#include <xxhash.h>

#include <algorithm>
#include <array>

#include "collectors/parse/cold_archive.h"
#include "collectors/parse/transcript_stream.h"
#include "collectors/usage/zstd_stream.h"
#include "exporter/base/strings.h"

namespace clawvigil::usage {

namespace {

constexpr std::size_t kFingerprintBytes = 512;
constexpr std::uint64_t kCommitBytes = 256ULL * 1024 * 1024;
// OpenClaw archives at most 64 MiB of transcript in one file.
constexpr std::uint64_t kMaxUnpacked = 1024ULL * 1024 * 1024;

Result<std::uint64_t> fingerprint(const host::File& file, std::uint64_t from, std::uint64_t to) {
  std::array<char, kFingerprintBytes> bytes{};
  TRY_ASSIGN(const std::size_t got,
             file.read_at(from, std::span(bytes).first(static_cast<std::size_t>(to - from))));
  return XXH3_64bits(bytes.data(), got);
}

// Sets the fingerprints of the part of the file that is counted.
Result<> set_fingerprints(const host::File& file, FileCursor& cursor) {
  const std::uint64_t length = std::min<std::uint64_t>(cursor.offset, kFingerprintBytes);
  TRY_ASSIGN(cursor.head_hash, fingerprint(file, 0, length));
  TRY_ASSIGN(cursor.tail_hash, fingerprint(file, cursor.offset - length, cursor.offset));
  return {};
}

// True if `file` still begins with the bytes that `cursor` has counted.
Result<bool> continues(const host::File& file, const FileCursor& cursor, std::uint64_t size) {
  if (cursor.offset == 0 || size < cursor.offset) return false;
  FileCursor now = cursor;
  TRY(set_fingerprints(file, now));
  return now.head_hash == cursor.head_hash && now.tail_hash == cursor.tail_hash;
}

// Reads one file from where its cursor stands to its end.
class FileReading {
 public:
  FileReading(AgentContext& agent, const PendingFile& pending, host::File file, FileCursor cursor)
      : agent_(agent),
        file_(std::move(file)),
        cursor_(cursor),
        name_(pending.name),
        booker_(agent, parser_, cursor.id, parse::session_id_of(pending.name)) {}

  Result<> plain() {
    if (cursor_.offset > 0) TRY(booker_.resume(cursor_.session));
    name_session();
    splitter_.restart(cursor_.offset);
    std::uint64_t position = cursor_.offset;
    while (true) {
      const auto got = file_.read_at(position, splitter_.space());
      if (got && *got == 0) return save(splitter_.consumed());
      if (!got) {
        TRY(commit_at(splitter_.consumed()));
        return std::unexpected(got.error());
      }
      feed(*got);
      if (failure_) return std::unexpected(*failure_);
      position += *got;
      agent_.progress.bytes += *got;
      const auto keep_going = agent_.run.check();
      if (!keep_going) TRY(commit_at(splitter_.consumed()));
      TRY(keep_going);
      if (is_commit_due()) TRY(commit_at(splitter_.consumed()));
    }
  }

  // A compressed file is written once: it is read as a whole or, if interrupted, from its beginning
  // again; entries booked already are then recognised.
  Result<> compressed(bool cold) {
    name_session();
    splitter_.restart(0);
    ZstdStream unpacker(file_);
    while (true) {
      auto got = unpacker.read(splitter_.space());
      if (!got) {
        booker_.skip(SkipReason::malformed);  // damaged: its readable part is counted, once
        return save(cursor_.size);
      }
      if (*got == 0 || unpacker.produced() > kMaxUnpacked) return save(cursor_.size);
      cold ? feed_cold(*got) : feed(*got);
      if (failure_) return std::unexpected(*failure_);
      agent_.progress.bytes += *got;
      if (const auto keep_going = agent_.run.check(); !keep_going) {
        TRY(commit_at(0));
        return keep_going;
      }
    }
  }

 private:
  void name_session() {
    if (booker_.standing().session().named) return;
    const bool asked_before = cursor_.offset > 0;
    booker_.set_origin(
        agent_.sessions.find(agent_.run, agent_.home, agent_.agent, name_, asked_before));
  }
  void take(std::string_view entry) {
    if (auto taken = booker_.take(entry); !taken) failure_ = taken.error();
  }
  void feed(std::size_t count) {
    splitter_.advance(count, [this](std::string_view line, bool too_long) {
      too_long ? booker_.skip(SkipReason::too_long) : take(line);
    });
  }
  void feed_cold(std::size_t count) {
    splitter_.advance(count, [this](std::string_view line, bool too_long) {
      auto cold = too_long ? fail(Errc::too_large, "") : cold_parser_.parse(line);
      if (!cold) return booker_.skip(too_long ? SkipReason::too_long : SkipReason::malformed);
      if (!cold->session_id.empty()) booker_.set_session(cold->session_id);
      if (cold->event.empty()) return;
      cold->event.reserve(cold->event.size() + parse::TranscriptParser::kPadding);
      take(cold->event);
    });
  }
  [[nodiscard]] bool is_commit_due() const {
    return agent_.ledger.is_commit_due() ||
           agent_.progress.bytes - agent_.progress.committed_bytes > kCommitBytes;
  }
  // Everything before `offset` is booked. Small files share a commit; the caller makes the last
  // one.
  Result<> save(std::uint64_t offset) {
    if (is_commit_due()) return commit_at(offset);
    return set_cursor(offset);
  }
  Result<> commit_at(std::uint64_t offset) {
    TRY(set_cursor(offset));
    TRY(agent_.ledger.commit(agent_.run.now.wall));
    agent_.progress.committed_bytes = agent_.progress.bytes;
    return {};
  }
  Result<> set_cursor(std::uint64_t offset) {
    cursor_.offset = offset;
    cursor_.session = booker_.session();
    TRY(set_fingerprints(file_, cursor_));
    agent_.ledger.set_file_cursor(cursor_);
    agent_.ledger.set_standing(cursor_.id, booker_.standing());
    return {};
  }

  AgentContext& agent_;
  host::File file_;
  FileCursor cursor_;
  std::string name_;
  parse::TranscriptParser parser_;
  parse::ColdArchiveParser cold_parser_;
  parse::LineSplitter splitter_;
  EntryBooker booker_;
  std::optional<Error> failure_;
};

}  // namespace

std::int64_t modified_ns(const host::FileStat& stat) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(stat.modified.time_since_epoch())
      .count();
}

FileForm classify_transcript_name(std::string_view name) {
  constexpr std::string_view kMark = ".jsonl";
  const std::size_t mark = name.find(kMark);
  if (mark == std::string_view::npos || mark == 0) return FileForm::none;
  const std::string_view stem = name.substr(0, mark);
  for (const std::string_view other : {".trajectory", ".checkpoint.", ".acp-stream"}) {
    if (stem.find(other) != std::string_view::npos) return FileForm::none;
  }
  const std::string_view rest = name.substr(mark + kMark.size());
  if (rest.empty()) return FileForm::plain;
  if (rest == ".zst") return FileForm::cold;
  for (const std::string_view archive : {".reset.", ".deleted.", ".bak.", ".imported-"}) {
    if (rest.starts_with(archive)) return rest.ends_with(".zst") ? FileForm::zstd : FileForm::plain;
  }
  return FileForm::none;
}

Result<> read_file(AgentContext& agent, const PendingFile& pending,
                   std::vector<std::int64_t>& alive) {
  const std::string path =
      "agents/" + agent.agent + "/" + std::string(pending.directory) + "/" + pending.name;
  TRY_ASSIGN(host::File file, agent.home.dir->open_file(path, {.owner = agent.home.uid}));
  TRY_ASSIGN(const host::FileStat stat, file.stat());
  const FileCursor* known = agent.ledger.file(stat.device, stat.inode);
  FileCursor cursor = known != nullptr ? *known : FileCursor{.id = agent.ledger.new_id()};
  TRY_ASSIGN(const bool same, continues(file, cursor, stat.size));
  if (!same || pending.form != FileForm::plain) cursor.offset = 0;
  cursor.device = stat.device;
  cursor.inode = stat.inode;
  cursor.size = stat.size;
  cursor.modified_ns = modified_ns(stat);
  alive.push_back(cursor.id);
  FileReading reading(agent, pending, std::move(file), cursor);
  auto result = pending.form == FileForm::plain
                    ? reading.plain()
                    : reading.compressed(pending.form == FileForm::cold);
  if (!result) agent.ledger.discard();  // with the cursors of files before: they are read again
  return result;
}

}  // namespace clawvigil::usage
