#include "tests/support/program.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "exporter/base/fd.h"

namespace clawvigil::test {

bool has_program(const std::string& name) {
  for (const char* directory : {"/usr/bin/", "/usr/sbin/", "/usr/local/bin/"}) {
    if (::access((directory + name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

std::unique_ptr<ChildProcess> start_program(std::vector<std::string> arguments,
                                            const std::string& log) {
  return std::make_unique<ChildProcess>([&]() -> int {
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::setenv("PATH", "/usr/bin:/usr/sbin:/bin:/sbin:/usr/local/bin", 1);
    std::vector<char*> raw;
    for (std::string& argument : arguments) raw.push_back(argument.data());
    raw.push_back(nullptr);
    ::execvp(raw[0], raw.data());
    return 127;
  });
}

std::uint16_t free_port() {
  const Fd probe(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  if (::bind(probe.get(), raw, length) != 0) return 0;
  if (::getsockname(probe.get(), raw, &length) != 0) return 0;
  return ntohs(address.sin_port);
}

}  // namespace clawvigil::test
