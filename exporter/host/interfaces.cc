#include "exporter/host/interfaces.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "exporter/host/inet_diag.h"
#include "exporter/host/sockets.h"

namespace clawvigil::host {

namespace {

std::optional<Address> address_of(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return mapped(bytes);
  }
  if (address->sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof v6);
  Address bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return bytes;
}

}  // namespace

Result<InterfaceState> interface_state(std::string_view prefix) {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return std::unexpected(error_from_errno(errno, "getifaddrs"));
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list(first, &::freeifaddrs);
  InterfaceState state;
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    if (!std::string_view(one->ifa_name).starts_with(prefix)) continue;
    state.exists = true;
    state.up = state.up || (one->ifa_flags & IFF_UP) != 0;
    const auto address = address_of(one->ifa_addr);
    state.tailnet_address =
        state.tailnet_address || (address && classify(*address) == Scope::tailnet);
  }
  return state;
}

}  // namespace clawvigil::host
