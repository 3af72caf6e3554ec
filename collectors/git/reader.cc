#include "collectors/git/reader.h"

#include "exporter/host/git_database.h"

namespace clawvigil::git {

Result<> run_reader(const host::Dir& repository, Duration deadline, const std::stop_token& stop,
                    const std::function<Result<>(host::ChildOutput&)>& read,
                    const std::function<Result<>(std::string_view)>& take) {
  TRY_ASSIGN(const host::Dir objects, repository.open_dir(".git/objects"));
  return host::run_child({.directory = objects, .deadline = deadline}, stop,
                         {.prepare = host::GitDatabase::load, .run = read}, take);
}

}  // namespace clawvigil::git
