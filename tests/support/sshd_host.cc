#include "tests/support/sshd_host.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "collectors/sshd.h"

namespace clawvigil::test {

namespace {

constexpr uid_t kClaw = 1001;

}  // namespace

SshdHost::SshdHost() : store_(store::Store::open(state_ / "state", clock_.now().wall)) {
  write("/etc/passwd",
        "root:x:0:0:root:/root:/bin/bash\n"
        "systemd-timesync:x:997:997:systemd Time Synchronization:/:/usr/sbin/nologin\n"
        "backup:x:34:34:backup:/var/backups:/usr/sbin/nologin\n"
        "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
        "walter:x:1000:1000::/home/walter:/bin/bash\n"
        "claw:x:1001:1001::/home/claw:/bin/bash\n");
  write("/etc/group", "root:x:0:\nbackup:x:34:\nsudo:x:27:walter\nwalter:x:1000:\nclaw:x:1001:\n");
  write("/usr/sbin/sshd", "", 0755);
  write("/etc/ssh/sshd_config",
        "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\n"
        "X11Forwarding yes\nSubsystem sftp /usr/lib/openssh/sftp-server\n");
  files_.mkdir("/home/walter");
  files_.mkdir("/home/claw/.openclaw");
  files_.mkdir("/root");
  homes_.push_back({"claw", "/home/claw/.openclaw", kClaw, nullptr});
  config_.rootfs = real("/");
  collector_ = make_sshd_collector();
}

void SshdHost::write_as(uid_t uid, const std::string& absolute, std::string_view content) const {
  write(absolute, content, 0600);
  if (::chown(real(absolute).c_str(), uid, uid) != 0) ADD_FAILURE() << "chown " << absolute;
}

void SshdHost::append(std::string_view absolute, std::string_view content) const {
  std::ofstream(real(absolute), std::ios::binary | std::ios::app) << content;
}

Batch SshdHost::run() {
  clock_.advance(std::chrono::minutes(1));
  const Instant now = clock_.now();
  const Context context{
      files_.root(), config_, homes_, store_, now, clock_, now.steady + std::chrono::hours(1), {}};
  Batch out;
  const auto result = collector_->collect(context, out);
  if (!result) ADD_FAILURE() << result.error().message;
  expect_declared(*collector_, out);
  return out;
}

void SshdHost::restart() {
  collector_ = make_sshd_collector();
  store_ = store::Store::open(state_ / "state", clock_.now().wall);
}

std::string auth_log(const std::string& syslog, bool rfc3164) {
  constexpr std::size_t kTime = 15;  // "Nov 22 08:31:57"
  std::string text;
  std::istringstream in(syslog);
  for (std::string line; std::getline(in, line);) {
    line.erase(0, line.find('>') + 1);
    const std::string clock = line.substr(kTime - 8, 8);
    const std::string time =
        rfc3164 ? line.substr(0, kTime) : "2026-11-22T" + clock + ".123456+00:00";
    text += time + " vps" + line.substr(kTime) + "\n";
  }
  return text;
}

}  // namespace clawvigil::test
