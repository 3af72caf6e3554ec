// Reads a file through the matcher, piece by piece: memory does not grow with the file, and a
// secret on the border of two pieces is found once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "collectors/parse/secret_patterns.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::secrets {

// How far a file is read.
struct Position {
  std::uint64_t offset = 0;
  std::uint64_t line = 1;  // of the byte at `offset`
};

enum class FileEnd {
  complete,  // the file is read to its end
  growing,   // others append to it: a last line without its newline waits
};

class FileScan {
 public:
  using Sink = std::function<void(SecretRule rule, std::uint64_t line)>;

  // Reads on from `position`, about `budget` bytes at most, and moves it. Returns the bytes read.
  // Nothing is reported of a file that is binary, and `position` stands at its end then. Errors:
  // io. Its buffer of 256 KiB stays for the next file, until rest().
  [[nodiscard]] Result<std::uint64_t> read(const host::File& file, FileEnd end,
                                           std::uint64_t budget, Position& position,
                                           const Sink& sink);
  void rest() { buffer_ = std::string(); }

 private:
  SecretMatcher matcher_;
  std::string buffer_;
};

}  // namespace clawvigil::secrets
