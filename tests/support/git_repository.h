// A repository made by the real git in a temporary directory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temp_dir.h"

namespace clawvigil::test {

// `git -C directory` in an environment in which nothing counts that the user of the tests has
// configured; its branch is called main. `environment`: "NAME=value" besides.
[[nodiscard]] std::vector<std::string> git_command(const std::string& directory,
                                                   const std::vector<std::string>& environment);
// Runs it with these arguments; fails the test when git does. Returns its output without the last
// newline.
// NOLINTNEXTLINE(modernize-use-nodiscard)
std::string run_git(const std::string& directory, const std::vector<std::string>& environment,
                    const std::vector<std::string>& arguments);

class GitRepository {
 public:
  GitRepository();  // `git init`, the branch is called main

  [[nodiscard]] const TempDir& directory() const { return directory_; }
  [[nodiscard]] const std::string& path() const { return directory_.path(); }
  // Runs git in it; fails the test when git does. Returns its output without the last newline.
  // NOLINTNEXTLINE(modernize-use-nodiscard)
  std::string git(const std::vector<std::string>& arguments) const;
  // Writes a file and commits everything; returns the commit's id.
  // NOLINTNEXTLINE(modernize-use-nodiscard)
  std::string commit(std::string_view name, std::string_view content,
                     const std::string& message = "Change") const;
  // Feeds `commands` to `git fast-import`.
  void import(std::string_view commands) const;
  // Stores bytes as an object of `type`, as they are; returns its id.
  // NOLINTNEXTLINE(modernize-use-nodiscard)
  std::string object(const std::string& type, std::string_view bytes) const;

 private:
  TempDir directory_;
  TempDir outside_;  // for input and output of git
};

}  // namespace clawvigil::test
