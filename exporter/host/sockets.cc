#include "exporter/host/sockets.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <span>

#include "exporter/host/inet_diag.h"
#include "exporter/host/socket_dump.h"

namespace clawvigil::host {

namespace {

constexpr std::size_t kMaxSockets = 4096;
struct Table {
  Protocol protocol;
  int family;
};
// What to ask for to see all sockets, TCP first; its table, which is large, is walked through once.
constexpr std::array<Table, 3> kTables{
    {{Protocol::tcp, AF_UNSPEC}, {Protocol::udp, AF_INET}, {Protocol::udp, AF_INET6}}};

constexpr std::uint32_t bits_of(std::initializer_list<int> states) {
  std::uint32_t bits = 0;
  for (const int state : states) bits |= std::uint32_t{1} << state;
  return bits;
}

bool has_prefix(std::span<const std::uint8_t> bytes, std::initializer_list<std::uint8_t> prefix) {
  return bytes.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

Scope classify_ipv4(std::span<const std::uint8_t, 4> v4) {
  constexpr std::uint8_t kTop2 = 0xC0;  // a /10 leaves the two highest bits of its second byte
  constexpr std::uint8_t kTop4 = 0xF0;  // a /12 the four highest
  if (has_prefix(v4, {0, 0, 0, 0})) return Scope::any;
  if (v4[0] == 127) return Scope::loopback;
  if (v4[0] == 100 && (v4[1] & kTop2) == 64) return Scope::tailnet;
  const bool rfc1918 =
      v4[0] == 10 || (v4[0] == 172 && (v4[1] & kTop4) == 16) || has_prefix(v4, {192, 168});
  return rfc1918 || has_prefix(v4, {169, 254}) ? Scope::private_net : Scope::public_net;
}

Listener to_listener(const DiagSocket& socket, Protocol protocol) {
  return {protocol,          socket.ipv6, socket.v6_only, socket.local,
          socket.local_port, socket.uid,  socket.inode,   socket.cgroup_id};
}

// Appends the sockets of one table to `out`; busy when the table changed meanwhile.
Result<> dump_once(DiagConnection& connection, int family, Protocol protocol,
                   std::vector<Listener>& out) {
  const std::uint32_t states = bits_of({protocol == Protocol::tcp ? TCP_LISTEN : TCP_CLOSE});
  TRY_ASSIGN(const bool interrupted,
             connection.dump(family, protocol, states, [&](const DiagSocket& socket) -> Result<> {
               if (out.size() == kMaxSockets) {
                 return fail(Errc::too_large,
                             "more than " + std::to_string(kMaxSockets) + " listeners");
               }
               out.push_back(to_listener(socket, protocol));
               return {};
             }));
  if (interrupted) return fail(Errc::busy, "the socket table keeps changing while it is read");
  return {};
}

Result<> dump(DiagConnection& connection, int family, Protocol protocol,
              std::vector<Listener>& out) {
  constexpr int kMaxTries = 4;
  const std::size_t before = out.size();
  for (int attempt = 1;; ++attempt) {
    auto result = dump_once(connection, family, protocol, out);
    if (result || result.error().code != Errc::busy || attempt == kMaxTries) return result;
    out.resize(before);
  }
}

Result<std::vector<Listener>> list(std::span<const Table> tables) {
  TRY_ASSIGN(DiagConnection connection, DiagConnection::open());
  std::vector<Listener> listeners;
  for (const Table& table : tables) {
    TRY(dump(connection, table.family, table.protocol, listeners));
  }
  return listeners;
}

void store(const Address& address, bool ipv4, __be32 (&words)[4]) {
  const auto bytes = std::span(address).last(ipv4 ? 4 : address.size());
  std::memcpy(words, bytes.data(), bytes.size());
}

}  // namespace

Scope classify(const Address& address) {
  constexpr Address kAny{};
  constexpr Address kLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  constexpr std::uint8_t kTop7 = 0xFE;  // fc00::/7
  constexpr std::uint8_t kTop2 = 0xC0;  // fe80::/10
  if (is_mapped(address)) return classify_ipv4(std::span(address).last<4>());
  if (address == kAny) return Scope::any;
  if (address == kLoopback) return Scope::loopback;
  if (has_prefix(address, {0xFD, 0x7A, 0x11, 0x5C, 0xA1, 0xE0})) return Scope::tailnet;
  const bool unique_local = (address[0] & kTop7) == 0xFC;
  const bool link_local = address[0] == 0xFE && (address[1] & kTop2) == 0x80;
  return unique_local || link_local ? Scope::private_net : Scope::public_net;
}

Result<std::vector<Listener>> list_listeners() { return list(kTables); }

Result<std::vector<Listener>> list_tcp_listeners() { return list(std::span(kTables).first<1>()); }

Result<> for_each_connection(const std::function<void(const Connection&)>& on_connection) {
  constexpr std::uint32_t kTcp =
      bits_of({TCP_ESTABLISHED, TCP_SYN_SENT, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSE_WAIT,
               TCP_LAST_ACK, TCP_CLOSING});
  constexpr std::uint32_t kUdp = bits_of({TCP_ESTABLISHED});  // connected
  TRY_ASSIGN(DiagConnection diag, DiagConnection::open());
  for (const Table& table : kTables) {
    const auto show = [&](const DiagSocket& socket) -> Result<> {
      on_connection({table.protocol, socket.local, socket.remote, socket.local_port,
                     socket.remote_port, socket.uid, socket.inode, socket.cgroup_id});
      return {};
    };
    const std::uint32_t states = table.protocol == Protocol::tcp ? kTcp : kUdp;
    TRY(diag.dump(table.family, table.protocol, states, show));
  }
  return {};
}

Result<uid_t> connection_owner(const Address& local, std::uint16_t local_port,
                               const Address& remote, std::uint16_t remote_port) {
  const bool ipv4 = is_mapped(local) && is_mapped(remote);
  inet_diag_req_v2 request{};
  request.sdiag_family = ipv4 ? AF_INET : AF_INET6;
  request.sdiag_protocol = IPPROTO_TCP;
  request.idiag_states = ~std::uint32_t{0};
  // The socket wanted is the other end's, so its own address is our `remote`.
  store(remote, ipv4, request.id.idiag_src);
  store(local, ipv4, request.id.idiag_dst);
  request.id.idiag_sport = htons(remote_port);
  request.id.idiag_dport = htons(local_port);
  TRY_ASSIGN(DiagConnection connection, DiagConnection::open());
  TRY(connection.send(request, 0));
  TRY_ASSIGN(const DiagAnswer answer, connection.receive());
  if (answer.error != 0 && answer.error != ENOENT) {
    return std::unexpected(diag_error(answer.error));
  }
  // The kernel falls back to a listener on that port, and a socket nobody holds any more (inode 0)
  // is reported with uid 0.
  for (const DiagSocket& socket : answer.sockets) {
    if (socket.local_port == remote_port && socket.remote_port == local_port &&
        socket.state != TCP_LISTEN && socket.inode != 0) {
      return socket.uid;
    }
  }
  return fail(Errc::not_found, "the connection is gone");
}

}  // namespace clawvigil::host
