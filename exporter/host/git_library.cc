#include "exporter/host/git_library.h"

#include <dlfcn.h>

#include <string>

#include "exporter/host/shared_library.h"

namespace clawvigil::host {

namespace {

constexpr std::size_t kMiB = 1024UL * 1024;
constexpr std::size_t kWindow = 4 * kMiB;
constexpr std::size_t kAllWindows = 32 * kMiB;
constexpr std::size_t kOpenPacks = 64;
constexpr std::size_t kObjectsOfOnePack = 4'000'000;

// Values are passed as the variadic function reads them.
bool set_limits(decltype(&::git_libgit2_opts) set) {
  constexpr int kConfigLevels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                                   GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL};
  bool all = set(GIT_OPT_SET_MWINDOW_SIZE, kWindow) == 0 &&
             set(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, kAllWindows) == 0 &&
             set(GIT_OPT_SET_MWINDOW_FILE_LIMIT, kOpenPacks) == 0 &&
             set(GIT_OPT_SET_PACK_MAX_OBJECTS, kObjectsOfOnePack) == 0 &&
             set(GIT_OPT_ENABLE_CACHING, 0) == 0;
  // Whose directory it is does not matter: nothing of it is obeyed.
  all = all && set(GIT_OPT_SET_OWNER_VALIDATION, 0) == 0;
  for (const int level : kConfigLevels) {
    all = all && set(GIT_OPT_SET_SEARCH_PATH, level, "") == 0;
  }
  return all;
}

}  // namespace

GitLibrary::GitLibrary() {
  // The name tells the binary interface: exactly the one of the headers.
  void* const library = ::dlopen("libgit2.so." LIBGIT2_SOVERSION, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return;
  decltype(&::git_libgit2_init) initialise = nullptr;
  decltype(&::git_libgit2_opts) set = nullptr;
  ready_ = find_objects(library) && find_worktree(library) &&
           find_function(library, "git_libgit2_init", initialise) &&
           find_function(library, "git_libgit2_opts", set) && initialise() > 0 && set_limits(set);
}

Result<> GitLibrary::load() {
  if (instance().ready_) return {};
  return fail(Errc::unsupported, "libgit2.so." LIBGIT2_SOVERSION " is not installed");
}

// libgit2's message may hold text of the repository; the code says enough.
std::unexpected<Error> GitLibrary::failure(int code, std::string_view what) const {
  const std::string subject(what);
  if (code == GIT_ENOTFOUND) return fail(Errc::not_found, subject + ": missing");
  const git_error* const last = error_last();
  if (last != nullptr && last->klass == GIT_ERROR_NOMEMORY) {
    return fail(Errc::too_large, subject + ": not enough memory for it");
  }
  return fail(Errc::parse, subject + ": damaged, or of a form libgit2 does not know");
}

bool GitLibrary::find_objects(void* library) {
  return find_function(library, "git_odb_new", odb_new) &&
         find_function(library, "git_odb_free", odb_free) &&
         find_function(library, "git_odb_backend_pack", backend_pack) &&
         find_function(library, "git_odb_add_backend", add_backend) &&
         find_function(library, "git_odb_read_header", read_header) &&
         find_function(library, "git_odb_read", read) &&
         find_function(library, "git_odb_object_data", object_data) &&
         find_function(library, "git_odb_object_size", object_size) &&
         find_function(library, "git_odb_object_free", object_free) &&
         find_function(library, "git_error_last", error_last);
}

bool GitLibrary::find_worktree(void* library) {
  return find_function(library, "git_repository_open_ext", repository_open) &&
         find_function(library, "git_repository_free", repository_free) &&
         find_function(library, "git_repository_set_workdir", set_workdir) &&
         find_function(library, "git_repository_index", repository_index) &&
         find_function(library, "git_index_entrycount", index_count) &&
         find_function(library, "git_index_get_byindex", index_entry) &&
         find_function(library, "git_index_free", index_free) &&
         find_function(library, "git_status_list_new", status_new) &&
         find_function(library, "git_status_list_entrycount", status_count) &&
         find_function(library, "git_status_byindex", status_entry) &&
         find_function(library, "git_status_list_free", status_free) &&
         find_function(library, "git_reference_name_to_id", name_to_id);
}

}  // namespace clawvigil::host
