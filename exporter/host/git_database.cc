#include "exporter/host/git_database.h"

#include <cstring>

namespace clawvigil::host {

namespace {

git_oid to_oid(const GitDatabase::Id& id) {
  git_oid oid{};
  std::memcpy(oid.id, id.data(), id.size());
  return oid;
}

// libgit2's message may hold text of the repository; the code says enough.
std::unexpected<Error> failure(int code, std::string_view what) {
  if (code == GIT_ENOTFOUND) return fail(Errc::not_found, std::string(what) + ": missing");
  const git_error* const last = GitLibrary::get()->error_last();
  if (last != nullptr && last->klass == GIT_ERROR_NOMEMORY) {
    return fail(Errc::too_large, std::string(what) + ": not enough memory for it");
  }
  return fail(Errc::parse, std::string(what) + ": damaged");
}

Result<GitObjectType> to_type(git_object_t type) {
  switch (type) {
    case GIT_OBJECT_COMMIT:
      return GitObjectType::commit;
    case GIT_OBJECT_TREE:
      return GitObjectType::tree;
    case GIT_OBJECT_BLOB:
      return GitObjectType::blob;
    case GIT_OBJECT_TAG:
      return GitObjectType::tag;
    default:
      return fail(Errc::parse, "object of an unknown type");
  }
}

}  // namespace

Result<> GitDatabase::load() {
  if (GitLibrary::get() != nullptr) return {};
  return fail(Errc::unsupported, "libgit2.so." LIBGIT2_SOVERSION " is not installed");
}

Result<GitDatabase> GitDatabase::open(const std::string& objects) {
  constexpr int kDefault = -1;  // compression, of a database that is never written
  const GitLibrary* const git = GitLibrary::get();
  if (git == nullptr) return std::unexpected(load().error());
  GitDatabase result;
  git_odb* database = nullptr;
  if (const int code = git->odb_new(&database); code != 0) return failure(code, "object database");
  result.database_.reset(database);
  git_odb_backend* loose = nullptr;
  git_odb_backend* packs = nullptr;
  int code = git->backend_loose(&loose, objects.c_str(), kDefault, 0, 0, 0);
  if (code == 0) code = git->add_backend(database, loose, 1);
  if (code == 0) code = git->backend_pack(&packs, objects.c_str());
  if (code == 0) code = git->add_backend(database, packs, 2);
  if (code != 0) return failure(code, "object database");
  return result;
}

Result<GitHeader> GitDatabase::header(const Id& id) const {
  const git_oid oid = to_oid(id);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  const int code = GitLibrary::get()->read_header(&size, &type, database_.get(), &oid);
  if (code != 0) return failure(code, "object");
  TRY_ASSIGN(const GitObjectType known, to_type(type));
  return GitHeader{known, size};
}

Result<GitObject> GitDatabase::read(const Id& id, std::uint64_t limit) const {
  const GitLibrary& git = *GitLibrary::get();
  TRY_ASSIGN(const GitHeader expected, header(id));
  if (expected.size > limit) {
    return fail(Errc::too_large, "object: more than " + std::to_string(limit) + " bytes");
  }
  const git_oid oid = to_oid(id);
  git_odb_object* raw = nullptr;
  if (const int code = git.read(&raw, database_.get(), &oid); code != 0) {
    return failure(code, "object");
  }
  GitObject object;
  object.object_.reset(raw);
  object.type_ = expected.type;
  object.bytes_ = {static_cast<const char*>(git.object_data(raw)), git.object_size(raw)};
  return object;
}

}  // namespace clawvigil::host
