// A temporary directory of one command, removed with all it holds at the end.
#pragma once

#include <string>
#include <utility>

#include "exporter/base/result.h"

namespace clawvigil::host {

class ScratchDirectory {
 public:
  // Below $TMPDIR or /tmp, mode 0700.
  [[nodiscard]] static Result<ScratchDirectory> create();
  ScratchDirectory(ScratchDirectory&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  ScratchDirectory& operator=(ScratchDirectory&&) = delete;
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit ScratchDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace clawvigil::host
