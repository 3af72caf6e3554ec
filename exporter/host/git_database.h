// The objects of a git repository, packed or loose. Packs are read by libgit2, and only in child
// processes (child_process.h): libgit2 maps them, and a pack that shrinks meanwhile is a SIGBUS.
//
//   TRY(GitDatabase::load());                                 // ChildWork::prepare
//   TRY_ASSIGN(const GitDatabase database, GitDatabase::open("."));  // ChildWork::run, in objects/
//   TRY_ASSIGN(const GitObject object, database.read(id, kLimit));
//
// An object's content is checked against its id. Alternates are not followed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/base/fd.h"
#include "exporter/base/result.h"
#include "exporter/host/git_library.h"
#include "exporter/host/git_loose.h"

namespace clawvigil::host {

struct GitHeader {
  GitObjectType type;
  std::uint64_t size;  // bytes, as the database says: not yet checked
};

class GitObject {
 public:
  [[nodiscard]] GitObjectType type() const { return type_; }
  // Lives as long as this object, and until it is moved.
  [[nodiscard]] std::string_view bytes() const;

 private:
  friend class GitDatabase;
  struct Closer {
    void operator()(git_odb_object* object) const { GitLibrary::get()->object_free(object); }
  };
  std::unique_ptr<git_odb_object, Closer> packed_;  // either this
  std::unique_ptr<std::string> loose_;              // or this
  GitObjectType type_ = GitObjectType::blob;
};

class GitDatabase {
 public:
  // unsupported: libgit2 is not installed.
  [[nodiscard]] static Result<> load();
  // `objects`: the directory of that name in a repository.
  [[nodiscard]] static Result<GitDatabase> open(const std::string& objects);

  // not_found; too_large: not enough memory; unsafe: a loose object that is no regular file; parse:
  // damaged, or of no known type.
  [[nodiscard]] Result<GitHeader> header(const GitRawId& id) const;
  // Also too_large: more than `limit` bytes, nothing of which is then unpacked.
  [[nodiscard]] Result<GitObject> read(const GitRawId& id, std::uint64_t limit) const;

 private:
  struct Closer {
    void operator()(git_odb* database) const { GitLibrary::get()->odb_free(database); }
  };
  [[nodiscard]] Result<GitHeader> packed_header(const GitRawId& id) const;
  [[nodiscard]] Result<GitObject> read_packed(const GitRawId& id, std::uint64_t limit) const;

  std::unique_ptr<git_odb, Closer> packs_;
  Fd objects_;
};

}  // namespace clawvigil::host
