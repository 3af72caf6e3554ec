// A directory of the test's own, removed at its end.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace clawvigil::test {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Writes a file below the directory, with its parent directories.
  void write(const std::string& relative, std::string_view content) const;
  void append(const std::string& relative, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

// The whole content of a file; fails the test when it cannot be read.
[[nodiscard]] std::string read_all(const std::filesystem::path& path);

// <source directory>/tests/<relative>
[[nodiscard]] std::filesystem::path fixture(const std::string& relative);

}  // namespace clawvigil::test
