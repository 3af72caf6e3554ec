#include "tests/support/egress_net.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/http_server.h"
#include "tests/support/net_namespace.h"

namespace clawvigil::test {

namespace {

constexpr char kPeerSetUp[] =
    "ip link set lo up && ip link set peer0 up && "
    "for a in 10.77.0.2/24 100.64.0.2/10 203.0.113.2/24 203.0.113.3/24 198.51.100.2/24; do "
    "ip addr add $a dev peer0 || exit 1; done && ip route add default dev peer0 && "
    "for a in fd00:77::2/64 fd7a:115c:a1e0::2/48 2001:db8::2/64 2001:db9::2/64; do "
    "ip -6 addr add $a dev peer0 nodad || exit 1; done && ip -6 route add default dev peer0";
constexpr char kRoutes[] = "ip route add default dev out0 && ip -6 route add default dev out0";

// What NetProgram's process does with one command; -1 or a file descriptor.
int obey(const std::string& command) {
  std::istringstream words(command);
  std::string verb;
  std::string where;
  int port = 0;
  words >> verb >> where >> port;
  if (verb == "rename") return ::prctl(PR_SET_NAME, where.c_str());
  if (verb == "close") return ::close(std::stoi(where));
  if (verb == "accept") return ::accept4(std::stoi(where), nullptr, nullptr, SOCK_CLOEXEC);
  const SocketAddress target = socket_address(where, port);
  const int type = (verb == "udp" ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC |
                   (verb == "begin" ? SOCK_NONBLOCK : 0);
  const int fd = ::socket(target.storage.ss_family, type, 0);
  if (verb == "listen") {
    const int on = 1;
    (void)::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return ::bind(fd, target.get(), target.size) == 0 && ::listen(fd, 8) == 0 ? fd : -1;
  }
  const bool connected = ::connect(fd, target.get(), target.size) == 0 || errno == EINPROGRESS;
  return connected ? fd : -1;
}

int run_program(int pipe, uid_t uid, const std::string& cgroup) {
  if (!cgroup.empty()) std::ofstream(cgroup + "/cgroup.procs") << ::getpid() << std::flush;
  if (::setuid(uid) != 0) return 1;
  std::array<char, 256> buffer{};
  while (true) {
    const ssize_t got = ::recv(pipe, buffer.data(), buffer.size(), 0);
    if (got <= 0) return 0;
    const int answer = obey(std::string(buffer.data(), static_cast<std::size_t>(got)));
    if (::send(pipe, &answer, sizeof answer, 0) != sizeof answer) return 1;
  }
}

std::string cgroup_mount() {
  for (const std::string mount : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
    if (::access((mount + "/cgroup.controllers").c_str(), W_OK) == 0 ||
        ::access((mount + "/cgroup.controllers").c_str(), R_OK) == 0) {
      return mount;
    }
  }
  return {};
}

}  // namespace

PeerMachine::PeerMachine(const std::vector<int>& ports) : thread_([this, ports] { serve(ports); }) {
  EXPECT_TRUE(eventually([&] { return thread_id_ != 0; }));
  const std::string move = "ip link set peer0 netns " + std::to_string(thread_id_);
  EXPECT_EQ(std::system(move.c_str()), 0);
  moved_ = true;
  EXPECT_TRUE(eventually([&] { return ready_.load(); }));
  EXPECT_EQ(std::system(kRoutes), 0);
}

PeerMachine::~PeerMachine() {
  stop_ = true;
  thread_.join();
}

void PeerMachine::serve(const std::vector<int>& ports) {
  if (::unshare(CLONE_NEWNET) == 0) thread_id_ = ::gettid();
  if (thread_id_ == 0 || !eventually([&] { return moved_.load(); })) return;
  EXPECT_EQ(std::system(kPeerSetUp), 0);
  std::vector<Fd> listeners;
  std::vector<pollfd> waits;
  for (const int port : ports) {
    listeners.push_back(bind_socket({SOCK_STREAM, "::", port}));
    waits.push_back({listeners.back().get(), POLLIN, 0});
  }
  ready_ = true;
  std::vector<Fd> clients;
  while (!stop_) {
    constexpr int kMilliseconds = 20;
    if (::poll(waits.data(), waits.size(), kMilliseconds) <= 0) continue;
    for (const pollfd& wait : waits) {
      if (wait.revents == 0) continue;
      clients.emplace_back(::accept4(wait.fd, nullptr, nullptr, SOCK_CLOEXEC));
    }
  }
}

TestCgroup::TestCgroup(const std::string& name) {
  static std::atomic<int> count = 0;
  const std::string mount = cgroup_mount();
  if (mount.empty()) return;
  top_ = mount + "/clawvigil-test-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
  std::error_code error;
  std::filesystem::create_directories(top_ + "/" + name, error);
  if (!error) path_ = top_ + "/" + name;
}

TestCgroup::~TestCgroup() {
  // Only empty cgroups can be removed, from the bottom up, and a process leaves one a moment after
  // it has ended.
  for (std::string path = path_; path.size() >= top_.size() && !path.empty();
       path.erase(path.rfind('/'))) {
    EXPECT_TRUE(eventually([&] { return ::rmdir(path.c_str()) == 0 || errno == ENOENT; })) << path;
  }
}

NetProgram::NetProgram(uid_t uid, const std::string& cgroup) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
  pipe_ = Fd(ends[0]);
  const Fd theirs(ends[1]);
  process_ = std::make_unique<ChildProcess>([&] { return run_program(theirs.get(), uid, cgroup); });
}

NetProgram::~NetProgram() = default;

int NetProgram::tell(const std::string& command, int port) {
  const std::string line = command + " " + std::to_string(port);
  int answer = -1;
  const bool told = ::send(pipe_.get(), line.data(), line.size(), MSG_NOSIGNAL) > 0 &&
                    ::recv(pipe_.get(), &answer, sizeof answer, 0) == sizeof answer;
  EXPECT_TRUE(told && answer >= 0) << line;
  return answer;
}

}  // namespace clawvigil::test
