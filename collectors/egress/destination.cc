#include "collectors/egress/destination.h"

#include <algorithm>
#include <functional>

#include "exporter/host/inet_diag.h"

namespace clawvigil {

namespace {

using host::Address;
using host::Connection;
using host::Scope;

constexpr std::size_t kMappedBytes = 12;  // before the IPv4 address

bool is_multicast(const Address& address) {
  constexpr std::uint8_t kTop4 = 0xF0;  // 224.0.0.0/4
  if (host::is_mapped(address)) return (address[kMappedBytes] & kTop4) == 0xE0;
  return address[0] == 0xFF;
}

// Bytes of the network in front of an address.
std::size_t network_bytes(bool ipv4, Scope scope) {
  if (scope == Scope::public_net) return ipv4 ? 2 : 4;
  if (scope == Scope::private_net) return ipv4 ? 3 : 8;
  return ipv4 ? 4 : std::tuple_size_v<Address>;
}

}  // namespace

Scope reach_of(const Connection& connection) {
  if (is_multicast(connection.remote)) return Scope::private_net;
  const Scope scope = host::classify(connection.remote);
  const bool here = scope == Scope::any || connection.remote == connection.local;
  return here ? Scope::loopback : scope;
}

bool is_name_lookup(const Connection& connection) {
  constexpr std::uint16_t kDomain = 53;
  return connection.protocol == host::Protocol::udp && connection.remote_port == kDomain;
}

bool is_usual_port(std::uint16_t port, std::span<const std::uint16_t> named) {
  constexpr std::array<std::uint16_t, 4> kUsual{53, 80, 443, 853};
  return std::ranges::find(kUsual, port) != kUsual.end() ||
         std::ranges::find(named, port) != named.end();
}

std::uint64_t identity_of(const Connection& connection) {
  std::string bytes(connection.local.begin(), connection.local.end());
  bytes.append(connection.remote.begin(), connection.remote.end());
  bytes += std::to_string(connection.local_port) + ":" + std::to_string(connection.remote_port);
  bytes += connection.protocol == host::Protocol::tcp ? "t" : "u";
  return std::hash<std::string>{}(bytes);
}

std::string destination_key(const Connection& connection, Scope scope) {
  constexpr unsigned kByte = 8;
  const bool ipv4 = host::is_mapped(connection.remote);
  const auto address = std::span(connection.remote).subspan(ipv4 ? kMappedBytes : 0);
  std::string key(connection.protocol == host::Protocol::tcp ? "tcp" : "udp");
  key.push_back(static_cast<char>(connection.remote_port >> kByte));
  key.push_back(static_cast<char>(connection.remote_port));
  for (const std::uint8_t byte : address.first(network_bytes(ipv4, scope))) {
    key.push_back(static_cast<char>(byte));
  }
  return key;
}

}  // namespace clawvigil
