#include "collectors/git/refs.h"

#include <xxhash.h>

#include <algorithm>
#include <string>

#include "exporter/base/strings.h"

namespace clawvigil::git {

namespace {

using host::FileKind;
using parse::GitId;

constexpr std::size_t kMaxRefBytes = 4096;
constexpr std::size_t kMaxShallowBytes = 1024UL * 1024;
constexpr std::size_t kMaxPackFiles = 10'000;

bool is_missing(const Error& error) { return error.code == Errc::not_found; }

// "" if there is no such file.
Result<std::string> read_if_there(const host::Dir& git, const std::string& name,
                                  std::size_t limit) {
  auto content = git.read_file(name, limit, {});
  if (!content && is_missing(content.error())) return std::string();
  return content;
}

class RefReader {
 public:
  explicit RefReader(const host::Dir& git) : git_(git) {}

  Result<> add(const GitId& id) {
    // Sorted and cleaned only when the list has doubled.
    heads_.push_back(id);
    if (heads_.size() < 2 * kMaxHeads) return {};
    return settle();
  }

  Result<> file(const std::string& name) {
    const auto content = git_.read_file(name, kMaxRefBytes, {});
    if (!content && is_missing(content.error())) return {};  // deleted meanwhile
    if (!content) return std::unexpected(content.error());
    const auto id = parse::parse_git_ref(*content);
    if (!id) return prefixed(id.error(), name);
    if (!*id) return {};
    if (name == head_name_) head_ = **id;
    return add(**id);
  }

  // HEAD is an id, or the name of a ref, which follows later.
  Result<> head() {
    TRY_ASSIGN(const std::string content, read_if_there(git_, "HEAD", kMaxRefBytes));
    constexpr std::string_view kName = "ref:";
    const bool named = content.starts_with(kName);
    head_name_ = named ? trim(std::string_view(content).substr(kName.size())) : "HEAD";
    return file("HEAD");
  }

  Result<> directory(const std::string& name, std::size_t depth) {
    if (depth > kMaxRefDepth) return fail(Errc::too_large, "refs: nested too deeply");
    auto entries = git_.list(name, kMaxRefFiles);
    if (!entries && is_missing(entries.error())) return {};
    if (!entries) return std::unexpected(std::move(entries).error());
    files_ += entries->size();
    if (files_ > kMaxRefFiles) return fail(Errc::too_large, "refs: too many files");
    for (const host::DirEntry& entry : *entries) TRY(one(name + "/" + entry.name, depth));
    return {};
  }

  Result<> packed() {
    TRY_ASSIGN(const std::string content, read_if_there(git_, "packed-refs", kMaxPackedRefs));
    const auto read =
        parse::parse_packed_refs(content, [&](std::string_view name, const GitId& id) {
          if (name == head_name_ && !head_) head_ = id;
          return add(id);
        });
    if (!read) return prefixed(read.error(), "packed-refs");
    return {};
  }

  [[nodiscard]] const std::optional<GitId>& head_id() const { return head_; }
  Result<std::vector<GitId>> take() {
    TRY(settle());
    return std::move(heads_);
  }

 private:
  Result<> one(const std::string& name, std::size_t depth) {
    if (name.ends_with(".lock")) return {};
    const auto stat = git_.stat(name);
    if (!stat && is_missing(stat.error())) return {};
    if (!stat) return std::unexpected(stat.error());
    return stat->kind == FileKind::directory ? directory(name, depth + 1) : file(name);
  }

  Result<> settle() {
    std::ranges::sort(heads_);
    heads_.erase(std::ranges::unique(heads_).begin(), heads_.end());
    if (heads_.size() > kMaxHeads) return fail(Errc::too_large, "refs: too many commits");
    return {};
  }

  const host::Dir& git_;
  std::vector<GitId> heads_;
  std::string head_name_;
  std::optional<GitId> head_;
  std::size_t files_ = 0;
};

Result<> refuse_what_is_elsewhere(const host::Dir& git) {
  TRY_ASSIGN(const std::string alternates,
             read_if_there(git, "objects/info/alternates", kMaxRefBytes));
  if (!alternates.empty()) {
    return fail(Errc::unsupported, "objects/info/alternates: its objects are kept elsewhere");
  }
  const auto table = git.stat("reftable");
  if (table) return fail(Errc::unsupported, "its refs are a reftable");
  return is_missing(table.error()) ? Result<>() : std::unexpected(table.error());
}

Result<std::vector<GitId>> read_shallow(const host::Dir& git) {
  TRY_ASSIGN(const std::string content, read_if_there(git, "shallow", kMaxShallowBytes));
  std::vector<GitId> ids;
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t end = std::min(content.find('\n', at), content.size());
    const auto id = parse::git_id_from_hex(std::string_view(content).substr(at, end - at));
    if (!id) return fail(Errc::parse, "shallow: not the id of a commit");
    ids.push_back(*id);
    at = end + 1;
  }
  std::ranges::sort(ids);
  return ids;
}

Result<bool> has_promised_objects(const host::Dir& git) {
  const auto packs = git.list("objects/pack", kMaxPackFiles);
  if (!packs && is_missing(packs.error())) return false;
  if (!packs) return std::unexpected(packs.error());
  return std::ranges::any_of(
      *packs, [](const host::DirEntry& entry) { return entry.name.ends_with(".promisor"); });
}

}  // namespace

std::uint64_t Refs::fingerprint() const {
  const std::uint64_t of_heads = XXH3_64bits(heads.data(), heads.size() * sizeof(GitId));
  const std::uint64_t seed = of_heads + (partial ? 1 : 0);
  return XXH3_64bits_withSeed(shallow.data(), shallow.size() * sizeof(GitId), seed);
}

Result<Refs> read_refs(const host::Dir& directory) {
  TRY_ASSIGN(const host::FileStat dot_git, directory.stat(".git"));
  if (dot_git.kind == FileKind::regular) {
    return fail(Errc::unsupported, ".git is a file: the repository is elsewhere");
  }
  if (dot_git.kind != FileKind::directory) {
    return fail(Errc::unsafe, ".git: refused, neither file nor directory");
  }
  TRY_ASSIGN(const host::Dir git, directory.open_dir(".git"));
  TRY(refuse_what_is_elsewhere(git));
  Refs refs;
  RefReader reader(git);
  TRY(reader.head());
  TRY(reader.directory("refs", 0));
  TRY(reader.packed());
  refs.head = reader.head_id();
  TRY_ASSIGN(refs.heads, reader.take());
  TRY_ASSIGN(refs.shallow, read_shallow(git));
  if (!refs.heads.empty()) {
    TRY_ASSIGN(refs.partial, has_promised_objects(git));
  }
  return refs;
}

}  // namespace clawvigil::git
