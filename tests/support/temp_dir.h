// A directory below the system's temporary directory, removed with its content at the end.
#pragma once

#include <sys/types.h>

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
  void write(std::string_view name, std::string_view content, mode_t mode = 0600) const;
  [[nodiscard]] host::Dir anchor() const;

 private:
  std::string path_;
};

}  // namespace clawvigil::test
