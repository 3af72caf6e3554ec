// A repository in a directory that is there, with commits by whom and when a test says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::test {

class WorkspaceRepository {
 public:
  explicit WorkspaceRepository(std::filesystem::path path) : path_(std::move(path)) {}

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void init() const;  // the branch is called main
  void write(const std::string& name, std::string_view content) const;
  void make_executable(const std::string& name) const;
  // Commits all that is there; `time` in seconds since the epoch is author's and committer's.
  void commit_all(std::string_view email, std::int64_t time) const;
  // Runs git there; fails the test when git does. Returns its output without the last newline.
  // NOLINTNEXTLINE(modernize-use-nodiscard)
  std::string git(const std::vector<std::string>& arguments,
                  std::string_view email = "author@example.org",
                  std::int64_t time = 1'700'000'000) const;

 private:
  std::filesystem::path path_;
};

}  // namespace clawvigil::test
