#include "exporter/host/inet_diag.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

namespace clawvigil::host {

namespace {

using Bytes = std::span<const std::byte>;

constexpr Address kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t kMappedPrefixBytes = 12;

template <class T>
std::optional<T> load(Bytes bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

constexpr std::size_t aligned(std::size_t length) {
  constexpr std::size_t kAlignment = 4;  // NLA_ALIGNTO and NLMSG_ALIGNTO
  return (length + kAlignment - 1) & ~(kAlignment - 1);
}

Bytes after(Bytes bytes, std::size_t count) { return bytes.subspan(std::min(count, bytes.size())); }

Address address_of(const __be32 (&words)[4], bool ipv6) {
  Address address{};
  if (ipv6) {
    std::memcpy(address.data(), words, address.size());
    return address;
  }
  std::array<std::uint8_t, 4> v4{};
  std::memcpy(v4.data(), words, v4.size());
  return mapped(v4);
}

Result<> parse_attributes(Bytes bytes, DiagSocket& socket) {
  while (const auto header = load<rtattr>(bytes)) {
    if (header->rta_len < sizeof(rtattr) || header->rta_len > bytes.size()) {
      return fail(Errc::parse, "netlink: an attribute has an impossible length");
    }
    const Bytes value = bytes.first(header->rta_len).subspan(sizeof(rtattr));
    if (header->rta_type == INET_DIAG_CGROUP_ID) {
      if (const auto id = load<std::uint64_t>(value)) socket.cgroup_id = *id;
    } else if (header->rta_type == INET_DIAG_SKV6ONLY) {
      if (const auto flag = load<std::uint8_t>(value)) socket.v6_only = *flag != 0;
    }
    bytes = after(bytes, aligned(header->rta_len));
  }
  return {};
}

Result<DiagSocket> parse_socket(Bytes payload) {
  const auto message = load<inet_diag_msg>(payload);
  if (!message) return fail(Errc::parse, "netlink: a socket is cut short");
  if (message->idiag_family != AF_INET && message->idiag_family != AF_INET6) {
    return fail(Errc::parse, "netlink: a socket of a family that was not asked for");
  }
  DiagSocket socket;
  socket.state = message->idiag_state;
  socket.ipv6 = message->idiag_family == AF_INET6;
  socket.local = address_of(message->id.idiag_src, socket.ipv6);
  socket.remote = address_of(message->id.idiag_dst, socket.ipv6);
  socket.local_port = ntohs(message->id.idiag_sport);
  socket.remote_port = ntohs(message->id.idiag_dport);
  socket.uid = message->idiag_uid;
  socket.inode = message->idiag_inode;
  if (auto parsed = parse_attributes(payload.subspan(sizeof(inet_diag_msg)), socket); !parsed) {
    return std::unexpected(std::move(parsed).error());
  }
  return socket;
}

// The errno of an NLMSG_ERROR or NLMSG_DONE message: a negative int at the start of its payload.
int error_of(Bytes payload) {
  const int code = load<int>(payload).value_or(0);
  return code < 0 && code > std::numeric_limits<int>::min() ? -code : 0;
}

Result<> parse_message(const nlmsghdr& header, Bytes payload, DiagAnswer& answer) {
  if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) answer.interrupted = true;
  if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) {
    answer.done = true;
    answer.error = error_of(payload);
  } else if (header.nlmsg_type == SOCK_DIAG_BY_FAMILY || header.nlmsg_type == TCPDIAG_GETSOCK) {
    TRY_ASSIGN(const DiagSocket socket, parse_socket(payload));
    answer.sockets.push_back(socket);
  }
  return {};
}

}  // namespace

Address mapped(std::span<const std::uint8_t, 4> bytes) {
  Address address = kMappedPrefix;
  std::ranges::copy(bytes, address.begin() + kMappedPrefixBytes);
  return address;
}

bool is_mapped(const Address& address) {
  return std::ranges::equal(std::span(address).first(kMappedPrefixBytes),
                            std::span(kMappedPrefix).first(kMappedPrefixBytes));
}

Result<DiagAnswer> parse_diag(Bytes datagram, std::uint32_t sequence) {
  DiagAnswer answer;
  while (!datagram.empty() && !answer.done) {
    const auto header = load<nlmsghdr>(datagram);
    if (!header || header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > datagram.size()) {
      return fail(Errc::parse, "netlink: a message has an impossible length");
    }
    const Bytes payload = datagram.first(header->nlmsg_len).subspan(sizeof(nlmsghdr));
    if (header->nlmsg_seq == sequence) TRY(parse_message(*header, payload, answer));
    datagram = after(datagram, aligned(header->nlmsg_len));
  }
  return answer;
}

}  // namespace clawvigil::host
