// libgit2, loaded when it is first needed: in a child process (child_process.h), never in the
// daemon. Its headers declare the types; nothing links it.
#pragma once

#include <git2.h>
#include <git2/sys/odb_backend.h>

#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::host {

// What is used of libgit2: its object database, and its comparison of a working tree with what is
// committed (git_worktree.h). Histories are read from the object database alone, without opening a
// repository, so that no configuration, attribute, alternate or ref of it is looked at. libgit2
// starts no program whatever a configuration says: it knows no hooks and no filters but its own.
class GitLibrary {
 public:
  // unsupported: the version this program was built with is not installed. Loaded once and kept;
  // small windows and no caches, so that a hostile repository gets little memory.
  [[nodiscard]] static Result<> load();
  // After load() has succeeded.
  static const GitLibrary* get() { return &instance(); }

  // The error a call returned as `code`; `what` was looked at.
  [[nodiscard]] std::unexpected<Error> failure(int code, std::string_view what) const;

  decltype(&::git_odb_new) odb_new = nullptr;
  decltype(&::git_odb_free) odb_free = nullptr;
  decltype(&::git_odb_backend_pack) backend_pack = nullptr;
  decltype(&::git_odb_add_backend) add_backend = nullptr;
  decltype(&::git_odb_read_header) read_header = nullptr;
  decltype(&::git_odb_read) read = nullptr;
  decltype(&::git_odb_object_data) object_data = nullptr;
  decltype(&::git_odb_object_size) object_size = nullptr;
  decltype(&::git_odb_object_free) object_free = nullptr;
  decltype(&::git_error_last) error_last = nullptr;

  decltype(&::git_repository_open_ext) repository_open = nullptr;
  decltype(&::git_repository_free) repository_free = nullptr;
  decltype(&::git_repository_set_workdir) set_workdir = nullptr;
  decltype(&::git_repository_index) repository_index = nullptr;
  decltype(&::git_index_entrycount) index_count = nullptr;
  decltype(&::git_index_get_byindex) index_entry = nullptr;
  decltype(&::git_index_free) index_free = nullptr;
  decltype(&::git_status_list_new) status_new = nullptr;
  decltype(&::git_status_list_entrycount) status_count = nullptr;
  decltype(&::git_status_byindex) status_entry = nullptr;
  decltype(&::git_status_list_free) status_free = nullptr;
  decltype(&::git_reference_name_to_id) name_to_id = nullptr;

 private:
  GitLibrary();
  static const GitLibrary& instance() {
    static const GitLibrary library;
    return library;
  }
  [[nodiscard]] bool find_objects(void* library);
  [[nodiscard]] bool find_worktree(void* library);
  bool ready_ = false;
};

}  // namespace clawvigil::host
