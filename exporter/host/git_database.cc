#include "exporter/host/git_database.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

namespace clawvigil::host {

namespace {

git_oid to_oid(const GitRawId& id) {
  git_oid oid{};
  std::memcpy(oid.id, id.data(), id.size());
  return oid;
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

Result<> GitDatabase::load() { return GitLibrary::load(); }

std::string_view GitObject::bytes() const {
  if (loose_) return *loose_;
  const GitLibrary& git = *GitLibrary::get();
  return {static_cast<const char*>(git.object_data(packed_.get())), git.object_size(packed_.get())};
}

Result<GitDatabase> GitDatabase::open(const std::string& objects) {
  TRY(load());
  const GitLibrary& git = *GitLibrary::get();
  GitDatabase result;
  result.objects_.reset(::open(objects.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!result.objects_) return std::unexpected(error_from_errno(errno, "object database"));
  git_odb* database = nullptr;
  if (const int code = git.odb_new(&database); code != 0)
    return git.failure(code, "object database");
  result.packs_.reset(database);
  git_odb_backend* packs = nullptr;
  int code = git.backend_pack(&packs, objects.c_str());
  if (code == 0) code = git.add_backend(database, packs, 1);
  if (code != 0) return git.failure(code, "object database");
  return result;
}

Result<GitHeader> GitDatabase::header(const GitRawId& id) const {
  const auto loose = read_loose_header(objects_.get(), id);
  if (loose) return GitHeader{loose->type, loose->size};
  // An object that is damaged here may be whole in a pack.
  auto packed = packed_header(id);
  if (!packed && packed.error().code == Errc::not_found) return std::unexpected(loose.error());
  return packed;
}

Result<GitObject> GitDatabase::read(const GitRawId& id, std::uint64_t limit) const {
  auto loose = read_loose_object(objects_.get(), id, limit);
  if (loose) {
    GitObject object;
    object.type_ = loose->type;
    object.loose_ = std::make_unique<std::string>(std::move(loose->content));
    return object;
  }
  auto packed = read_packed(id, limit);
  if (!packed && packed.error().code == Errc::not_found) return std::unexpected(loose.error());
  return packed;
}

Result<GitHeader> GitDatabase::packed_header(const GitRawId& id) const {
  const GitLibrary& git = *GitLibrary::get();
  const git_oid oid = to_oid(id);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  const int code = git.read_header(&size, &type, packs_.get(), &oid);
  if (code != 0) return git.failure(code, "object");
  TRY_ASSIGN(const GitObjectType known, to_type(type));
  return GitHeader{known, size};
}

Result<GitObject> GitDatabase::read_packed(const GitRawId& id, std::uint64_t limit) const {
  TRY_ASSIGN(const GitHeader expected, packed_header(id));
  if (expected.size > limit) {
    return fail(Errc::too_large, "object: more than " + std::to_string(limit) + " bytes");
  }
  const GitLibrary& git = *GitLibrary::get();
  const git_oid oid = to_oid(id);
  git_odb_object* raw = nullptr;
  if (const int code = git.read(&raw, packs_.get(), &oid); code != 0) {
    return git.failure(code, "object");
  }
  GitObject object;
  object.packed_.reset(raw);
  object.type_ = expected.type;
  return object;
}

}  // namespace clawvigil::host
