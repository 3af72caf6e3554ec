// The real binary, started as an owner would, with its output and systemd notifications captured.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "exporter/base/fd.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

// Polls until `condition` holds; false after ten seconds.
[[nodiscard]] bool eventually(const std::function<bool()>& condition);

class DaemonProcess {
 public:
  // Runs `clawvigil ARGUMENTS…` with NOTIFY_SOCKET set, stdout and stderr captured together.
  explicit DaemonProcess(const std::vector<std::string>& arguments);
  ~DaemonProcess();  // SIGKILL if it still runs
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  // Waits for the line that names the address, and returns the port; 0 if it never comes.
  std::uint16_t port();
  // True once systemd would have been told `word` ("READY=1").
  bool notified(const std::string& word);
  void signal(int number) const;
  // The exit status, or 128 + the signal's number; -1 if it does not end within `limit`.
  int wait(std::chrono::milliseconds limit);
  // What it has printed so far.
  const std::string& output();
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  void read_notifications();

  TempDir directory_;
  Fd notify_;
  Fd pipe_;
  pid_t pid_ = -1;
  std::string output_;
  std::string notifications_;
};

}  // namespace clawvigil::test
