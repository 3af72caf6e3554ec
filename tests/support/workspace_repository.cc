#include "tests/support/workspace_repository.h"

#include <fstream>

#include "tests/support/git_repository.h"

namespace clawvigil::test {

void WorkspaceRepository::init() const { git({"init", "-q"}); }

void WorkspaceRepository::write(const std::string& name, std::string_view content) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << content;
}

void WorkspaceRepository::make_executable(const std::string& name) const {
  std::filesystem::permissions(path_ / name, std::filesystem::perms(0755));
}

void WorkspaceRepository::commit_all(std::string_view email, std::int64_t time) const {
  git({"add", "-A"}, email, time);
  git({"commit", "-q", "--allow-empty", "-m", "change"}, email, time);
}

std::string WorkspaceRepository::git(const std::vector<std::string>& arguments,
                                     std::string_view email, std::int64_t time) const {
  const std::string who(email);
  const std::string when = std::to_string(time) + " +0000";
  return run_git(
      path_.string(),
      {"GIT_AUTHOR_NAME=A", "GIT_COMMITTER_NAME=A", "GIT_AUTHOR_EMAIL=" + who,
       "GIT_COMMITTER_EMAIL=" + who, "GIT_AUTHOR_DATE=" + when, "GIT_COMMITTER_DATE=" + when},
      arguments);
}

}  // namespace clawvigil::test
