#include "collectors/parse/git_objects.h"

#include <algorithm>
#include <charconv>

#include "exporter/base/hex.h"

namespace clawvigil::parse {

namespace {

constexpr std::size_t kHexDigits = 2 * GitId::kBytes;
constexpr std::size_t kHexDigitsSha256 = 64;

int digit_value(char c) {
  constexpr int kTen = 10;
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + kTen;
  if (c >= 'A' && c <= 'F') return c - 'A' + kTen;
  return -1;
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return digit_value(c) >= 0; });
}

// The id that follows `key`, up to the end of its line, which is taken off `rest`.
std::optional<GitId> take_id(std::string_view& rest, std::string_view key) {
  if (!rest.starts_with(key) || rest.size() <= key.size() + kHexDigits ||
      rest[key.size() + kHexDigits] != '\n') {
    return std::nullopt;
  }
  const auto id = git_id_from_hex(rest.substr(key.size(), kHexDigits));
  if (id) rest.remove_prefix(key.size() + kHexDigits + 1);
  return id;
}

template <class Integer>
Integer number_or_zero(std::string_view text) {
  Integer value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  return end.ec == std::errc() ? value : 0;
}

// "+0130" to 90.
int zone_minutes(std::string_view text) {
  constexpr int kHundred = 100;
  constexpr int kMinutesOfHour = 60;
  constexpr std::size_t kLength = 5;
  if (text.size() != kLength || (text.front() != '+' && text.front() != '-')) return 0;
  const int clock = number_or_zero<int>(text.substr(1));
  const int minutes = clock / kHundred * kMinutesOfHour + clock % kHundred;
  return text.front() == '-' ? -minutes : minutes;
}

// "A U Thor <a@b.c> 1700000000 +0100"; whatever is missing stays empty.
GitSignature signature(std::string_view line) {
  GitSignature found;
  const std::size_t open = line.find('<');
  const std::size_t close = line.rfind('>');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return found;
  }
  found.name = line.substr(0, open);
  while (found.name.ends_with(' ')) found.name.remove_suffix(1);
  found.email = line.substr(open + 1, close - open - 1);
  std::string_view rest = line.substr(close + 1);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  const std::size_t space = rest.find(' ');
  found.seconds = number_or_zero<std::int64_t>(rest.substr(0, space));
  if (space != std::string_view::npos) found.offset_minutes = zone_minutes(rest.substr(space + 1));
  return found;
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

GitEntryKind kind_of_mode(std::uint32_t mode) {
  constexpr std::uint32_t kTypeBits = 0170000;
  constexpr std::uint32_t kTree = 0040000;
  constexpr std::uint32_t kSymlink = 0120000;
  constexpr std::uint32_t kSubmodule = 0160000;
  switch (mode & kTypeBits) {
    case kTree:
      return GitEntryKind::tree;
    case kSymlink:
      return GitEntryKind::symlink;
    case kSubmodule:
      return GitEntryKind::submodule;
    default:
      return GitEntryKind::blob;
  }
}

Result<GitTreeEntry> take_entry(std::string_view& rest) {
  constexpr int kOctal = 8;
  constexpr std::uint32_t kExecutable = 0111;
  std::uint32_t mode = 0;
  const auto number = std::from_chars(rest.data(), rest.data() + rest.size(), mode, kOctal);
  const auto digits = static_cast<std::size_t>(number.ptr - rest.data());
  if (number.ec != std::errc() || digits == rest.size() || rest[digits] != ' ') {
    return fail(Errc::parse, "tree: no mode");
  }
  rest.remove_prefix(digits + 1);
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos || rest.size() - end - 1 < GitId::kBytes) {
    return fail(Errc::parse, "tree: cut off");
  }
  GitTreeEntry entry{kind_of_mode(mode), rest.substr(0, end), {}, (mode & kExecutable) != 0};
  if (entry.name.empty()) return fail(Errc::parse, "tree: an entry without a name");
  std::memcpy(entry.id.bytes.data(), rest.data() + end + 1, GitId::kBytes);
  rest.remove_prefix(end + 1 + GitId::kBytes);
  return entry;
}

// The id at the front of a line of `line.size()` or more digits.
Result<GitId> id_at_front(std::string_view line) {
  if (line.size() >= kHexDigitsSha256 && is_hex(line.substr(0, kHexDigitsSha256))) {
    return fail(Errc::unsupported, "a repository with SHA-256 ids");
  }
  const auto id = git_id_from_hex(line.substr(0, kHexDigits));
  if (!id) return fail(Errc::parse, "not the id of an object");
  return *id;
}

}  // namespace

std::string to_hex(const GitId& id) { return clawvigil::to_hex(id.bytes); }

std::optional<GitId> git_id_from_hex(std::string_view text) {
  constexpr int kSixteen = 16;
  if (text.size() != kHexDigits || !is_hex(text)) return std::nullopt;
  GitId id;
  for (std::size_t i = 0; i < GitId::kBytes; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(digit_value(text[2 * i]) * kSixteen +
                                            digit_value(text[2 * i + 1]));
  }
  return id;
}

Result<GitCommit> parse_git_commit(std::string_view bytes) {
  GitCommit commit;
  const auto tree = take_id(bytes, "tree ");
  if (!tree) return fail(Errc::parse, "commit: no tree");
  commit.tree = *tree;
  while (const auto parent = take_id(bytes, "parent ")) {
    if (commit.parents.size() == GitCommit::kMaxParents) {
      return fail(Errc::too_large, "commit: too many parents");
    }
    commit.parents.push_back(*parent);
  }
  constexpr std::string_view kAuthor = "author ";
  constexpr std::string_view kCommitter = "committer ";
  if (bytes.starts_with(kAuthor)) {
    commit.author = signature(take_line(bytes).substr(kAuthor.size()));
  }
  if (bytes.starts_with(kCommitter)) {
    commit.committer = signature(take_line(bytes).substr(kCommitter.size()));
  }
  // Further headers (gpgsig, encoding) end with an empty line.
  const std::size_t body = bytes.starts_with('\n') ? 0 : bytes.find("\n\n");
  if (body != std::string_view::npos) {
    commit.message = bytes.substr(std::min(bytes.find_first_not_of('\n', body), bytes.size()));
  }
  return commit;
}

Result<std::vector<GitTreeEntry>> parse_git_tree(std::string_view bytes) {
  std::vector<GitTreeEntry> entries;
  while (!bytes.empty()) {
    TRY_ASSIGN(const GitTreeEntry entry, take_entry(bytes));
    entries.push_back(entry);
  }
  return entries;
}

Result<GitId> parse_git_tag(std::string_view bytes) {
  const auto target = take_id(bytes, "object ");
  if (!target) return fail(Errc::parse, "tag: no object");
  return *target;
}

Result<std::optional<GitId>> parse_git_ref(std::string_view content) {
  if (content.starts_with("ref:")) return std::nullopt;
  TRY_ASSIGN(const GitId id, id_at_front(content));
  const std::string_view rest = content.substr(kHexDigits);
  if (rest.find_first_not_of(" \t\r\n") != std::string_view::npos) {
    return fail(Errc::parse, "more than the id of an object");
  }
  return id;
}

Result<> parse_packed_refs(
    std::string_view content,
    const std::function<Result<>(std::string_view name, const GitId& id)>& take) {
  while (!content.empty()) {
    const std::string_view line = take_line(content);
    if (line.empty() || line.starts_with('#') || line.starts_with('^')) continue;
    TRY_ASSIGN(const GitId id, id_at_front(line));
    if (line.size() < kHexDigits + 2 || line[kHexDigits] != ' ') {
      return fail(Errc::parse, "a ref without a name");
    }
    TRY(take(line.substr(kHexDigits + 1), id));
  }
  return {};
}

}  // namespace clawvigil::parse
