// A host with an SSH server, below a temporary root, and the collector that watches it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/collect/collector.h"
#include "tests/support/host_fixture.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

class SshdHost {
 public:
  // Debian's accounts and sshd_config: root, walter, claw (who owns an OpenClaw home), backup.
  SshdHost();

  void write(std::string_view absolute, std::string_view content, mode_t mode = 0644) const {
    files_.write(absolute, content, mode);
  }
  // Owned by `uid`, as sshd demands; needs root.
  void write_as(uid_t uid, const std::string& absolute, std::string_view content) const;
  void append(std::string_view absolute, std::string_view content) const;
  [[nodiscard]] std::string real(std::string_view absolute) const { return files_.real(absolute); }

  // A minute later; the error of a failed run fails the test.
  Batch run();
  // What a restart of the daemon does.
  void restart();
  [[nodiscard]] SystemTime now() const { return clock_.now().wall; }
  void pass(Duration duration) { clock_.advance(duration); }

 private:
  HostFixture files_;
  TempDir state_;
  ManualClock clock_;
  store::Store store_;
  Config config_;
  std::vector<Home> homes_;
  std::unique_ptr<Collector> collector_;
};

// Lines of auth.log, from what sshd sent to syslog ("<38>Nov 22 08:31:57 sshd[1]: …"), as rsyslog
// of Debian 12 (RFC 3164 before) writes them.
[[nodiscard]] std::string auth_log(const std::string& syslog, bool rfc3164);

}  // namespace clawvigil::test
