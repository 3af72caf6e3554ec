#include "exporter/host/sockets.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include "exporter/base/fd.h"
#include "exporter/host/inet_diag.h"

namespace clawvigil::host {

namespace {

constexpr std::size_t kMaxSockets = 4096;
constexpr std::size_t kReceiveBytes = 32UL * 1024;  // the kernel never fills more per datagram
constexpr timeval kReceiveTimeout{.tv_sec = 1, .tv_usec = 0};

struct Request {
  nlmsghdr header;
  inet_diag_req_v2 body;
};

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

class DiagConnection {
 public:
  static Result<DiagConnection> open() {
    Fd fd(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (!fd) return std::unexpected(error_from_errno(errno, "netlink socket"));
    if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kReceiveTimeout, sizeof kReceiveTimeout) !=
        0) {
      return std::unexpected(error_from_errno(errno, "netlink receive timeout"));
    }
    return DiagConnection(std::move(fd));
  }

  Result<> send(inet_diag_req_v2 body, int flags) {
    Request request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    request.header.nlmsg_seq = ++sequence_;
    body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
    body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    request.body = body;
    if (::send(fd_.get(), &request, sizeof request, 0) < 0) {
      return std::unexpected(error_from_errno(errno, "netlink send"));
    }
    return {};
  }

  // One datagram, parsed. Only the kernel (port 0) is believed.
  Result<DiagAnswer> receive() {
    buffer_.resize(kReceiveBytes);
    while (true) {
      sockaddr_nl sender{};
      socklen_t sender_size = sizeof sender;
      const ssize_t got = ::recvfrom(fd_.get(), buffer_.data(), buffer_.size(), MSG_TRUNC,
                                     reinterpret_cast<sockaddr*>(&sender), &sender_size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return fail(Errc::timeout, "the kernel did not answer over netlink within a second");
      }
      if (got < 0) return std::unexpected(error_from_errno(errno, "netlink receive"));
      if (sender.nl_pid != 0) continue;
      const auto size = static_cast<std::size_t>(got);
      if (size > buffer_.size()) return fail(Errc::parse, "netlink: a datagram was cut short");
      return parse_diag(std::span(buffer_).first(size), sequence_);
    }
  }

 private:
  explicit DiagConnection(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
  std::uint32_t sequence_ = 0;
  std::vector<std::byte> buffer_;
};

Error kernel_error(int code) {
  if (code == ENOENT || code == EOPNOTSUPP) {
    return {Errc::unsupported,
            "the kernel cannot list sockets: load the modules tcp_diag and udp_diag"};
  }
  return error_from_errno(code, "netlink sock_diag");
}

Listener to_listener(const DiagSocket& socket, Protocol protocol) {
  return {protocol,          socket.ipv6, socket.v6_only, socket.local,
          socket.local_port, socket.uid,  socket.inode,   socket.cgroup_id};
}

// Appends the sockets of one table to `out`; busy when the table changed meanwhile.
Result<> dump_once(DiagConnection& connection, int family, Protocol protocol,
                   std::vector<Listener>& out) {
  constexpr std::uint32_t kOne = 1;
  inet_diag_req_v2 request{};
  request.sdiag_family = static_cast<std::uint8_t>(family);
  request.sdiag_protocol = protocol == Protocol::tcp ? IPPROTO_TCP : IPPROTO_UDP;
  request.idiag_states = protocol == Protocol::tcp ? kOne << TCP_LISTEN : kOne << TCP_CLOSE;
  TRY(connection.send(request, NLM_F_DUMP));
  bool interrupted = false;
  for (std::size_t datagrams = 0; datagrams <= kMaxSockets; ++datagrams) {
    TRY_ASSIGN(const DiagAnswer answer, connection.receive());
    if (answer.error != 0) return std::unexpected(kernel_error(answer.error));
    interrupted = interrupted || answer.interrupted;
    for (const DiagSocket& socket : answer.sockets) {
      if (out.size() == kMaxSockets) {
        return fail(Errc::too_large, "more than " + std::to_string(kMaxSockets) + " listeners");
      }
      out.push_back(to_listener(socket, protocol));
    }
    if (!answer.done) continue;
    if (interrupted) return fail(Errc::busy, "the socket table keeps changing while it is read");
    return {};
  }
  return fail(Errc::parse, "netlink: an endless dump");
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

Result<std::vector<Listener>> list_listeners() {
  TRY_ASSIGN(DiagConnection connection, DiagConnection::open());
  std::vector<Listener> listeners;
  for (const Protocol protocol : {Protocol::tcp, Protocol::udp}) {
    for (const int family : {AF_INET, AF_INET6}) {
      TRY(dump(connection, family, protocol, listeners));
    }
  }
  return listeners;
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
    return std::unexpected(kernel_error(answer.error));
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
