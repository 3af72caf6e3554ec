// The objects of a git repository, packed or loose, read by libgit2. Only for child processes
// (child_process.h): libgit2 maps packs, and a pack that shrinks meanwhile is a SIGBUS.
//
//   TRY(GitDatabase::load());                                  // ChildWork::prepare
//   TRY_ASSIGN(const GitDatabase database, GitDatabase::open("."));   // ChildWork::run, in
//   objects/ TRY_ASSIGN(const GitObject object, database.read(id, kLimit));
//
// An object's content is checked against its id. Alternates are not followed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/host/git_library.h"

namespace clawvigil::host {

enum class GitObjectType : std::uint8_t { commit, tree, blob, tag };

struct GitHeader {
  GitObjectType type;
  std::uint64_t size;  // bytes, as the database says: not yet checked
};

class GitObject {
 public:
  [[nodiscard]] GitObjectType type() const { return type_; }
  // Lives as long as this object.
  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  friend class GitDatabase;
  struct Closer {
    void operator()(git_odb_object* object) const { GitLibrary::get()->object_free(object); }
  };
  std::unique_ptr<git_odb_object, Closer> object_;
  GitObjectType type_ = GitObjectType::blob;
  std::string_view bytes_;
};

class GitDatabase {
 public:
  using Id = std::array<std::uint8_t, GIT_OID_RAWSZ>;

  // unsupported: libgit2 is not installed.
  [[nodiscard]] static Result<> load();
  // `objects`: the directory of that name in a repository.
  [[nodiscard]] static Result<GitDatabase> open(const std::string& objects);

  // not_found; too_large: not enough memory; parse: damaged, or of no known type.
  [[nodiscard]] Result<GitHeader> header(const Id& id) const;
  // Also too_large: more than `limit` bytes, nothing of which is then unpacked.
  [[nodiscard]] Result<GitObject> read(const Id& id, std::uint64_t limit) const;

 private:
  struct Closer {
    void operator()(git_odb* database) const { GitLibrary::get()->odb_free(database); }
  };
  std::unique_ptr<git_odb, Closer> database_;
};

}  // namespace clawvigil::host
