// One conversation with the kernel's NETLINK_SOCK_DIAG: a request, and the sockets it answers.
#pragma once

#include <linux/inet_diag.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "exporter/base/fd.h"
#include "exporter/base/result.h"
#include "exporter/host/inet_diag.h"
#include "exporter/host/sockets.h"

namespace clawvigil::host {

// A kernel that does not answer within a second is Errc::timeout. One thread.
class DiagConnection {
 public:
  [[nodiscard]] static Result<DiagConnection> open();

  [[nodiscard]] Result<> send(inet_diag_req_v2 body, int flags);
  // One datagram, parsed. Only the kernel (port 0) is believed.
  [[nodiscard]] Result<DiagAnswer> receive();

  // Calls `on_socket` for every socket of this family (AF_INET, AF_INET6; for TCP also AF_UNSPEC,
  // both in one walk through the kernel's table, which is what costs) in one of the `states` (bits
  // 1 << TCP_…); an error it returns ends the dump. The result is true when the table changed
  // meanwhile, so that a socket may have been seen twice or not at all. too_large: more than
  // kMaxDumpedSockets.
  using OnSocket = std::function<Result<>(const DiagSocket&)>;
  static constexpr std::size_t kMaxDumpedSockets = 131'072;
  [[nodiscard]] Result<bool> dump(int family, Protocol protocol, std::uint32_t states,
                                  const OnSocket& on_socket);

 private:
  explicit DiagConnection(Fd fd) : fd_(std::move(fd)) {}
  [[nodiscard]] Result<> send_both_families(std::uint32_t states);
  Fd fd_;
  std::uint32_t sequence_ = 0;
  std::vector<std::byte> buffer_;
};

// What an errno of the kernel's answer means.
[[nodiscard]] Error diag_error(int code);

}  // namespace clawvigil::host
