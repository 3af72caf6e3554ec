// A unix socket that hands one document to whoever connects: how `clawvigil check` learns the live
// state from a running daemon. It reads nothing, so nobody can ask it to do anything; only the
// daemon's own user and root may connect (mode 0600).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "exporter/base/fd.h"
#include "exporter/base/result.h"

namespace clawvigil::host {

inline constexpr std::size_t kMaxStatusBytes = std::size_t{8} << 20;

class StatusSocket {
 public:
  // Replaces what a daemon that was killed has left at `path` (at most 107 bytes).
  [[nodiscard]] static Result<StatusSocket> listen(std::string path);
  StatusSocket(StatusSocket&& other) noexcept = default;
  StatusSocket& operator=(StatusSocket&& other) noexcept;
  ~StatusSocket();  // removes the file

  // Readable when somebody connects.
  [[nodiscard]] int fd() const { return fd_.get(); }
  // Gives `document` to one who has connected, within 1 s, and hangs up. A peer that does not read
  // loses the rest.
  void answer(std::string_view document);

 private:
  StatusSocket(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  void remove();
  Fd fd_;
  std::string path_;
};

// The document of the daemon at `path`, whole within `timeout`. not_found: no daemon listens there;
// denied: of another user; timeout: it does not answer in time; too_large.
[[nodiscard]] Result<std::string> read_status(const std::string& path,
                                              std::chrono::milliseconds timeout);

}  // namespace clawvigil::host
