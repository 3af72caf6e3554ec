#include <algorithm>
#include <optional>

#include "collectors/git/frames.h"
#include "collectors/workspace/audit.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::workspace {

namespace {

using git::frame_of;
using git::malformed_frame;
using git::take_field;
using git::take_number;
using parse::FileClass;

constexpr char kLost = 'L';
constexpr char kAuthor = 'A';
constexpr char kCommit = 'C';
constexpr char kFile = 'F';
constexpr char kEnd = 'E';

std::unexpected<Error> too_many(std::string_view what) {
  return fail(Errc::too_large, "the reader of history: too many " + std::string(what));
}

// Times may be before the epoch.
std::optional<std::int64_t> take_time(std::string_view& rest) {
  return parse_integer<std::int64_t>(take_field(rest));
}

Result<> take_author(std::string_view rest, AuditResult& result) {
  if (rest.size() > kMaxEmailBytes) return malformed_frame();
  if (result.authors.size() == kMaxAuthors) return too_many("authors");
  result.authors.emplace_back(rest);
  return {};
}

Result<> take_commit(std::string_view rest, AuditResult& result) {
  if (result.commits.size() == kMaxCommitsOfRun) return too_many("commits");
  CommitFacts commit;
  const auto id = parse::git_id_from_hex(take_field(rest));
  const auto authored = take_time(rest);
  const auto committed = take_time(rest);
  const auto newest = take_time(rest);
  const auto deleted = take_number(rest);
  const auto executables = take_number(rest);
  const auto merge = take_number(rest);
  if (!id || !authored || !committed || !newest || !deleted || !executables || !merge) {
    return malformed_frame();
  }
  for (std::uint64_t& files : commit.changes) {
    const auto number = take_number(rest);
    if (!number) return malformed_frame();
    files = *number;
  }
  commit.author = take_field(rest);
  commit.committer = rest;
  if (commit.author.size() > kMaxEmailBytes || commit.committer.size() > kMaxEmailBytes) {
    return malformed_frame();
  }
  commit.id = *id;
  commit.authored = *authored;
  commit.committed = *committed;
  commit.newest_parent = *newest;
  commit.deleted = *deleted;
  commit.executables = *executables;
  commit.merge = *merge != 0;
  result.commits.push_back(std::move(commit));
  return {};
}

Result<> take_file(std::string_view rest, AuditResult& result) {
  if (result.files.size() == kMaxFiles) return too_many("files");
  const auto file_class = take_number(rest);
  if (!file_class || *file_class >= parse::kFileClasses || result.commits.empty()) {
    return malformed_frame();
  }
  result.files.push_back({result.commits.size() - 1, static_cast<FileClass>(*file_class),
                          sanitize(rest, kMaxShownPath)});
  return {};
}

Result<> take_end(std::string_view rest, AuditResult& result) {
  const auto complete = take_number(rest);
  if (!complete || *complete > 1 || !rest.empty()) return malformed_frame();
  result.complete = *complete == 1;
  result.ended = true;
  return {};
}

constexpr unsigned kByte = 256;

Result<> take_packed(std::string_view rest, AuditResult& result) {
  while (!rest.empty()) {
    if (rest.size() < 2) return malformed_frame();
    const std::size_t length =
        kByte * static_cast<unsigned char>(rest[0]) + static_cast<unsigned char>(rest[1]);
    rest.remove_prefix(2);
    // A packed frame holds no packed frame.
    if (length == 0 || length > rest.size() || rest.front() == kPackedFrame) {
      return malformed_frame();
    }
    TRY(decode_frame(rest.substr(0, length), result));
    rest.remove_prefix(length);
  }
  return {};
}

}  // namespace

void pack(std::string& packed, std::string_view frame) {
  packed += static_cast<char>(frame.size() / kByte);
  packed += static_cast<char>(frame.size() % kByte);
  packed += frame;
}

std::string lost_frame(std::uint64_t commits) { return frame_of(kLost, {std::to_string(commits)}); }

std::string author_frame(std::string_view email) { return frame_of(kAuthor, {email}); }

std::string commit_frame(const CommitFacts& commit) {
  std::string changes;
  for (const std::uint64_t files : commit.changes) {
    if (!changes.empty()) changes += '\0';
    changes += std::to_string(files);
  }
  return frame_of(kCommit, {parse::to_hex(commit.id), std::to_string(commit.authored),
                            std::to_string(commit.committed), std::to_string(commit.newest_parent),
                            std::to_string(commit.deleted), std::to_string(commit.executables),
                            commit.merge ? "1" : "0", changes, commit.author, commit.committer});
}

std::string file_frame(FileClass file_class, std::string_view path) {
  return frame_of(kFile, {std::to_string(static_cast<unsigned>(file_class)), path});
}

std::string end_frame(bool complete) { return frame_of(kEnd, {complete ? "1" : "0"}); }

Result<> decode_frame(std::string_view frame, AuditResult& result) {
  if (frame.empty() || result.ended) return malformed_frame();
  std::string_view rest = frame.substr(1);
  switch (frame.front()) {
    case kLost: {
      const auto lost = take_number(rest);
      if (!lost || !rest.empty()) return malformed_frame();
      result.lost = *lost;
      return {};
    }
    case kAuthor:
      return take_author(rest, result);
    case kCommit:
      return take_commit(rest, result);
    case kFile:
      return take_file(rest, result);
    case kPackedFrame:
      return take_packed(rest, result);
    case kFrontierFrame:
      return git::take_raw(rest, kMaxFrontier, result.frontier);
    case kEnd:
      return take_end(rest, result);
    default:
      return malformed_frame();
  }
}

}  // namespace clawvigil::workspace
