// libgit2, loaded when it is first needed: in a child process (child_process.h), never in the
// daemon. Its headers declare the types; nothing links it.
#pragma once

#include <git2.h>
#include <git2/sys/odb_backend.h>

namespace clawvigil::host {

// What is used of libgit2: its object database and nothing else. No repository is opened, so that
// no configuration, hook, attribute, alternate or ref of it is ever looked at.
class GitLibrary {
 public:
  // nullptr when the version this program was built with is not installed. Loaded once and kept;
  // small windows and no caches, so that a hostile repository gets little memory.
  static const GitLibrary* get() {
    static const GitLibrary library;
    return library.ready_ ? &library : nullptr;
  }

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

 private:
  GitLibrary();
  [[nodiscard]] bool find_functions(void* library);
  bool ready_ = false;
};

}  // namespace clawvigil::host
