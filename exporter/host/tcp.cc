#include "exporter/host/tcp.h"

#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "exporter/host/byte_stream.h"

namespace clawvigil::host {

namespace {

constexpr std::size_t kMaxAddresses = 4;

}  // namespace

void TcpAddress::set_port(std::uint16_t port) {
  if (storage.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in*>(&storage)->sin_port = htons(port);
  }
}

Result<std::vector<TcpAddress>> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int problem = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);
  if (problem == EAI_NONAME || problem == EAI_NODATA) {
    return fail(Errc::not_found, "the name has no address");
  }
  if (problem != 0) {
    return fail(Errc::io, std::string("the name cannot be resolved: ") + ::gai_strerror(problem));
  }
  std::vector<TcpAddress> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    const bool known = entry->ai_family == AF_INET || entry->ai_family == AF_INET6;
    if (!known || addresses.size() == kMaxAddresses) continue;
    TcpAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
    address.set_port(port);
  }
  if (addresses.empty()) return fail(Errc::not_found, "the name has no address");
  return addresses;
}

Result<TcpConnection> connect_first(const std::vector<TcpAddress>& addresses, SteadyTime deadline) {
  Result<TcpConnection> result = fail(Errc::not_found, "no address");
  std::size_t left = addresses.size();
  for (const TcpAddress& address : addresses) {
    // The same share for each, so that one that does not answer leaves time for the next.
    const SteadyTime now = SystemClock{}.now().steady;
    const SteadyTime share = now + (deadline - now) / static_cast<int>(left--);
    auto socket =
        connect_socket(reinterpret_cast<const sockaddr*>(&address.storage), address.size, share);
    if (socket) return TcpConnection{std::move(*socket), address};
    result = std::unexpected(std::move(socket).error());
  }
  return result;
}

}  // namespace clawvigil::host
