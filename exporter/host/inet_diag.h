// The wire format of NETLINK_SOCK_DIAG answers (linux/netlink.h, linux/inet_diag.h) as a pure
// function over the bytes of one datagram. Nothing is assumed about alignment or honesty of
// lengths.
//
//   nlmsghdr{len,type=20 or 18,flags,seq,pid} inet_diag_msg{family,state,…,sockid,…,uid,inode}
//   rtattr…
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/host/sockets.h"

namespace clawvigil::host {

struct DiagSocket {
  std::uint8_t state = 0;  // TCP_LISTEN, TCP_ESTABLISHED …; UDP uses TCP_CLOSE for "unconnected"
  bool ipv6 = false;
  bool v6_only = false;
  Address local{};
  Address remote{};
  std::uint16_t local_port = 0;
  std::uint16_t remote_port = 0;
  uid_t uid = 0;
  std::uint32_t inode = 0;  // 0: no process holds it any more, and `uid` means nothing
  std::uint64_t cgroup_id = 0;
};

struct DiagAnswer {
  std::vector<DiagSocket> sockets;
  bool done = false;         // the last datagram of a dump
  bool interrupted = false;  // the table changed while it was dumped
  int error = 0;             // errno the kernel answered with, 0 for none
};

// IPv4 `bytes` (4, network order) as an IPv4-mapped address.
[[nodiscard]] Address mapped(std::span<const std::uint8_t, 4> bytes);
[[nodiscard]] bool is_mapped(const Address& address);

// Messages with another sequence number are stale answers and left out. Errc::parse for a message
// or attribute whose length does not fit.
[[nodiscard]] Result<DiagAnswer> parse_diag(std::span<const std::byte> datagram,
                                            std::uint32_t sequence);

}  // namespace clawvigil::host
