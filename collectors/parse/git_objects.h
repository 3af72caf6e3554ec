// The objects and refs of a git repository as they are stored, bounded and without a repository
// around them. Formats: gitformat-… manual pages of git; SHA-1 only.
//
//   commit   tree 5bbb…\nparent 1fcf…\nauthor A U Thor <a@b.c> 1700000000 +0100\n…\n\nmessage
//   tree     100644 AGENTS.md\0<20 bytes>40000 memory\0<20 bytes>…
//   tag      object 9e1f…\ntype commit\ntag v1\n…
//   ref      3b18e512dba79e4c8300dd08aeb37f8e728b8dad\n     or     ref: refs/heads/main\n
//   packed   # pack-refs with: peeled fully-peeled sorted\n<id> refs/tags/v1\n^<peeled id>\n
//
// Input is hostile: any bytes, any length. What git itself shows is accepted, however odd: else an
// object made by hand would hide what it holds. Views point into the input.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil::parse {

struct GitId {
  static constexpr std::size_t kBytes = 20;
  std::array<std::uint8_t, kBytes> bytes{};
  auto operator<=>(const GitId&) const = default;
};

struct GitIdHash {
  std::size_t operator()(const GitId& id) const {
    std::size_t value = 0;  // an id is a hash already
    std::memcpy(&value, id.bytes.data(), sizeof value);
    return value;
  }
};

[[nodiscard]] std::string to_hex(const GitId& id);
// Exactly 40 hexadecimal digits, of either case.
[[nodiscard]] std::optional<GitId> git_id_from_hex(std::string_view text);

struct GitSignature {
  std::string_view name;     // raw bytes, may be empty
  std::string_view email;    // without < and >
  std::int64_t seconds = 0;  // since the epoch, as the author claims; 0 when it is not a number
  int offset_minutes = 0;    // of the author's zone, east is positive
};

struct GitCommit {
  static constexpr std::size_t kMaxParents = 1'000;
  GitId tree;
  std::vector<GitId> parents;
  GitSignature author;
  GitSignature committer;
  std::string_view message;
};

// parse: no tree; too_large beyond kMaxParents. Lines of author and committer may be missing.
[[nodiscard]] Result<GitCommit> parse_git_commit(std::string_view bytes);

enum class GitEntryKind : std::uint8_t { blob, tree, symlink, submodule };

struct GitTreeEntry {
  GitEntryKind kind;
  std::string_view name;  // raw bytes, not empty; git never writes a '/' into one
  GitId id;
  bool executable = false;  // of a blob: 100755, or any other bit of that kind
};

// Entries in the order of the tree. parse: cut off, a mode that is no octal number, an empty name.
[[nodiscard]] Result<std::vector<GitTreeEntry>> parse_git_tree(std::string_view bytes);

// What an annotated tag stands for.
[[nodiscard]] Result<GitId> parse_git_tag(std::string_view bytes);

// The content of one ref file or HEAD: nullopt for "ref: …", whose target is read on its own.
// unsupported: an id of SHA-256; parse: anything else.
[[nodiscard]] Result<std::optional<GitId>> parse_git_ref(std::string_view content);

// Calls `take` for each ref of packed-refs; peeled ids are left out. Errors as above.
[[nodiscard]] Result<> parse_packed_refs(
    std::string_view content,
    const std::function<Result<>(std::string_view name, const GitId& id)>& take);

}  // namespace clawvigil::parse
