// A small internet for a test: the namespace of in_net_namespace() with a peer behind its veth, and
// real processes in real cgroups that connect to it.
#pragma once

#include <netinet/in.h>
#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "exporter/base/fd.h"
#include "tests/support/child_process.h"

namespace clawvigil::test {

// Another machine: a network namespace at the other end of out0, which answers on every TCP port
// given here, at 10.77.0.2, 100.64.0.2, 203.0.113.2, 203.0.113.3, 198.51.100.2, fd00:77::2,
// fd7a:115c:a1e0::2, 2001:db8::2 and 2001:db9::2. Made inside in_net_namespace().
class PeerMachine {
 public:
  explicit PeerMachine(const std::vector<int>& ports);
  PeerMachine(const PeerMachine&) = delete;
  PeerMachine& operator=(const PeerMachine&) = delete;
  ~PeerMachine();

 private:
  void serve(const std::vector<int>& ports);
  std::atomic<pid_t> thread_id_ = 0;
  std::atomic<bool> moved_ = false;
  std::atomic<bool> ready_ = false;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// A cgroup v2 directory of this machine, removed at the end; path() is "" when none can be made:
// skip the test, loudly.
class TestCgroup {
 public:
  // `name` below a directory of this test's own, for instance "openclaw-gateway.service/child".
  explicit TestCgroup(const std::string& name);
  TestCgroup(const TestCgroup&) = delete;
  TestCgroup& operator=(const TestCgroup&) = delete;
  ~TestCgroup();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string top_;
  std::string path_;
};

// A process that opens and closes sockets when told to.
class NetProgram {
 public:
  // In this network namespace, as this user, in this cgroup ("" for the test's own).
  NetProgram(uid_t uid, const std::string& cgroup);
  NetProgram(const NetProgram&) = delete;
  NetProgram& operator=(const NetProgram&) = delete;
  ~NetProgram();

  // Each returns the number to close() it by, or -1 after failing the test.
  int listen(const std::string& address, int port) { return tell("listen " + address, port); }
  int connect(const std::string& address, int port) { return tell("tcp " + address, port); }
  // Does not wait for an answer.
  int begin_connect(const std::string& address, int port) { return tell("begin " + address, port); }
  int connect_udp(const std::string& address, int port) { return tell("udp " + address, port); }
  // Calls itself so, as the gateway does.
  void rename(const std::string& name) { (void)tell("rename " + name, 0); }
  // Takes the next connection of a listening socket.
  int accept(int listening) { return tell("accept " + std::to_string(listening), 0); }
  void close(int number) { (void)tell("close " + std::to_string(number), 0); }

 private:
  int tell(const std::string& command, int port);
  Fd pipe_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace clawvigil::test
