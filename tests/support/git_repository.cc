#include "tests/support/git_repository.h"

#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace clawvigil::test {

namespace {

const std::vector<std::string> kAuthor{
    "GIT_AUTHOR_NAME=A U Thor", "GIT_AUTHOR_EMAIL=author@example.org",
    "GIT_COMMITTER_NAME=A U Thor", "GIT_COMMITTER_EMAIL=author@example.org"};

}  // namespace

std::vector<std::string> git_command(const std::string& directory,
                                     const std::vector<std::string>& environment) {
  std::vector<std::string> all{"env", "HOME=/nonexistent", "GIT_CONFIG_GLOBAL=/dev/null",
                               "GIT_CONFIG_SYSTEM=/dev/null"};
  all.insert(all.end(), environment.begin(), environment.end());
  all.insert(all.end(),
             {"git", "-c", "init.defaultBranch=main", "-c", "gc.auto=0", "-C", directory});
  return all;
}

std::string run_git(const std::string& directory, const std::vector<std::string>& environment,
                    const std::vector<std::string>& arguments) {
  std::vector<std::string> all = git_command(directory, environment);
  all.insert(all.end(), arguments.begin(), arguments.end());
  const TempDir outside;
  const std::string log = outside / "log";
  const int status = start_program(all, log)->wait();
  std::string output = read_all(log);
  EXPECT_EQ(status, 0) << "git " << arguments.front() << ": " << output;
  while (output.ends_with('\n')) output.pop_back();
  return output;
}

GitRepository::GitRepository() { git({"init", "-q"}); }

std::string GitRepository::git(const std::vector<std::string>& arguments) const {
  return run_git(directory_.path(), kAuthor, arguments);
}

std::string GitRepository::commit(std::string_view name, std::string_view content,
                                  const std::string& message) const {
  directory_.write(name, content);
  git({"add", "-A"});
  git({"commit", "-q", "--allow-empty", "-m", message});
  return git({"rev-parse", "HEAD"});
}

void GitRepository::import(std::string_view commands) const {
  outside_.write("commands", commands);
  std::vector<std::string> all = git_command(directory_.path(), kAuthor);
  all.insert(all.begin(), {"sh", "-c", "exec \"$@\" < " + outside_ / "commands", "sh"});
  all.insert(all.end(), {"fast-import", "--quiet", "--force"});
  EXPECT_EQ(start_program(all, outside_ / "log")->wait(), 0) << read_all(outside_ / "log");
}

std::string GitRepository::object(const std::string& type, std::string_view bytes) const {
  outside_.write("object", bytes);
  return git({"hash-object", "-w", "-t", type, "--literally", outside_ / "object"});
}

}  // namespace clawvigil::test
