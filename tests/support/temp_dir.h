// A directory below the system's temporary directory, removed with its content at the end.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "exporter/host/file.h"

namespace clawvigil::test {

class TempDir {
 public:
  explicit TempDir(mode_t mode = 0700);
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const;
  // Parent directories are made as needed.
  void write(std::string_view name, std::string_view content, mode_t mode = 0600) const;
  void append(std::string_view name, std::string_view content) const;
  [[nodiscard]] host::Dir anchor() const;

 private:
  std::string path_;
};

// The whole content of a file; fails the test when it cannot be read.
[[nodiscard]] std::string read_all(const std::filesystem::path& path);

// <source directory>/tests/<relative>
[[nodiscard]] std::filesystem::path fixture(const std::string& relative);

}  // namespace clawvigil::test
