#include "tests/support/workspace_repository.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/program.h"
#include "tests/support/temp_dir.h"

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
  std::vector<std::string> all{"env",
                               "HOME=/nonexistent",
                               "GIT_CONFIG_GLOBAL=/dev/null",
                               "GIT_CONFIG_SYSTEM=/dev/null",
                               "GIT_AUTHOR_NAME=A",
                               "GIT_COMMITTER_NAME=A",
                               "GIT_AUTHOR_EMAIL=" + who,
                               "GIT_COMMITTER_EMAIL=" + who,
                               "GIT_AUTHOR_DATE=" + when,
                               "GIT_COMMITTER_DATE=" + when,
                               "git",
                               "-c",
                               "init.defaultBranch=main",
                               "-c",
                               "gc.auto=0",
                               "-C",
                               path_.string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const TempDir outside;
  const std::string log = outside / "log";
  const int status = start_program(all, log)->wait();
  std::string output = read_all(log);
  EXPECT_EQ(status, 0) << "git " << arguments.front() << ": " << output;
  while (output.ends_with('\n')) output.pop_back();
  return output;
}

}  // namespace clawvigil::test
