// The kernel's socket table over netlink sock_diag: needs no privilege, sees every socket of this
// network namespace, whatever any configuration claims.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil::host {

enum class Protocol { tcp, udp };

// Who can reach an address, from the narrowest to the widest.
enum class Scope { loopback, tailnet, private_net, public_net, any };
constexpr std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::loopback:
      return "loopback";
    case Scope::tailnet:
      return "tailnet";
    case Scope::private_net:
      return "private";
    case Scope::public_net:
      return "public";
    case Scope::any:
      return "any";
  }
  return "any";
}

// IPv4 addresses are kept as IPv4-mapped IPv6 (::ffff:a.b.c.d) so that there is one type.
using Address = std::array<std::uint8_t, 16>;

struct Listener {
  Protocol protocol = Protocol::tcp;
  bool ipv6 = false;     // family of the socket
  bool v6_only = false;  // an IPv6 socket that does not accept IPv4
  Address address{};
  std::uint16_t port = 0;
  uid_t uid = 0;
  std::uint32_t inode = 0;
  std::uint64_t cgroup_id =
      0;  // inode number of the cgroup v2 directory; 0 if the kernel is silent

  bool operator==(const Listener&) const = default;
};

// 127/8, ::1; 100.64.0.0/10 and fd7a:115c:a1e0::/48 (tailnet); RFC 1918, link-local, fc00::/7
// (private); 0.0.0.0 and :: (any; a dual-stack :: serves IPv4 too); all else public.
// IPv4-mapped addresses are judged by the IPv4 address inside.
[[nodiscard]] Scope classify(const Address& address);

// TCP sockets in LISTEN and bound, unconnected UDP sockets, IPv4 and IPv6. At most 4,096 sockets
// (too_large beyond); a kernel that does not answer within a second is a timeout.
[[nodiscard]] Result<std::vector<Listener>> list_listeners();
// The TCP ones alone, for a third of the work.
[[nodiscard]] Result<std::vector<Listener>> list_tcp_listeners();

// A TCP connection, from the first packet of its opening to the last of its closing, or a UDP
// socket connected to one peer.
struct Connection {
  Protocol protocol = Protocol::tcp;
  Address local{};
  Address remote{};
  std::uint16_t local_port = 0;
  std::uint16_t remote_port = 0;
  uid_t uid = 0;
  std::uint32_t inode = 0;  // 0: closed by its process, and `uid` means nothing
  std::uint64_t cgroup_id = 0;
};

// The connections at this moment, both ends of those that stay on this host; those that come and
// go meanwhile may be missed. Nothing is kept: of 131,072 sockets at most (too_large beyond) each
// is shown to `on_connection`. timeout: the kernel does not answer within a second.
[[nodiscard]] Result<> for_each_connection(
    const std::function<void(const Connection&)>& on_connection);

// The uid that owns the client end of an established TCP connection over loopback, looked up by its
// address pair. not_found when the connection is gone.
[[nodiscard]] Result<uid_t> connection_owner(const Address& local, std::uint16_t local_port,
                                             const Address& remote, std::uint16_t remote_port);

}  // namespace clawvigil::host
