#include "exporter/host/socket_dump.h"

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <span>
#include <string>

namespace clawvigil::host {

namespace {

constexpr std::size_t kReceiveBytes = 32UL * 1024;  // the kernel never fills more per datagram
constexpr timeval kReceiveTimeout{.tv_sec = 1, .tv_usec = 0};

template <class Body>
struct Request {
  nlmsghdr header{};
  Body body{};
};

template <class Body>
Result<> send_request(const Fd& fd, const Request<Body>& request) {
  if (::send(fd.get(), &request, sizeof request, 0) >= 0) return {};
  return std::unexpected(error_from_errno(errno, "netlink send"));
}

}  // namespace

Result<DiagConnection> DiagConnection::open() {
  Fd fd(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!fd) return std::unexpected(error_from_errno(errno, "netlink socket"));
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kReceiveTimeout, sizeof kReceiveTimeout) !=
      0) {
    return std::unexpected(error_from_errno(errno, "netlink receive timeout"));
  }
  return DiagConnection(std::move(fd));
}

Result<> DiagConnection::send(inet_diag_req_v2 body, int flags) {
  Request<inet_diag_req_v2> request;
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  request.header.nlmsg_seq = ++sequence_;
  body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  request.body = body;
  return send_request(fd_, request);
}

// The older of the two requests: it names no family.
Result<> DiagConnection::send_both_families(std::uint32_t states) {
  Request<inet_diag_req> request;
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = TCPDIAG_GETSOCK;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.header.nlmsg_seq = ++sequence_;
  request.body.idiag_states = states;
  return send_request(fd_, request);
}

Result<DiagAnswer> DiagConnection::receive() {
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

Result<bool> DiagConnection::dump(int family, Protocol protocol, std::uint32_t states,
                                  const OnSocket& on_socket) {
  if (family == AF_UNSPEC) {
    TRY(send_both_families(states));
  } else {
    inet_diag_req_v2 request{};
    request.sdiag_family = static_cast<std::uint8_t>(family);
    request.sdiag_protocol = protocol == Protocol::tcp ? IPPROTO_TCP : IPPROTO_UDP;
    request.idiag_states = states;
    TRY(send(request, NLM_F_DUMP));
  }
  bool interrupted = false;
  std::size_t seen = 0;
  for (std::size_t datagrams = 0; datagrams <= kMaxDumpedSockets; ++datagrams) {
    TRY_ASSIGN(const DiagAnswer answer, receive());
    if (answer.error != 0) return std::unexpected(diag_error(answer.error));
    interrupted = interrupted || answer.interrupted;
    seen += answer.sockets.size();
    if (seen > kMaxDumpedSockets) {
      return fail(Errc::too_large, "more than " + std::to_string(kMaxDumpedSockets) + " sockets");
    }
    for (const DiagSocket& socket : answer.sockets) TRY(on_socket(socket));
    if (answer.done) return interrupted;
  }
  return fail(Errc::parse, "netlink: an endless dump");
}

Error diag_error(int code) {
  if (code == ENOENT || code == EOPNOTSUPP) {
    return {Errc::unsupported,
            "the kernel cannot list sockets: load the modules tcp_diag and udp_diag"};
  }
  return error_from_errno(code, "netlink sock_diag");
}

}  // namespace clawvigil::host
