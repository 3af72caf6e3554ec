// What a connection says about where it leads. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "exporter/host/sockets.h"

namespace clawvigil {

inline constexpr std::array kEgressScopes{host::Scope::loopback, host::Scope::tailnet,
                                          host::Scope::private_net, host::Scope::public_net};

// Who is at the other end. This host itself, by whatever address, is loopback; a multicast group is
// private, since it goes no further than the next router.
[[nodiscard]] host::Scope reach_of(const host::Connection& connection);

// A name lookup: every program makes them all the time, to a resolver the host chose.
[[nodiscard]] bool is_name_lookup(const host::Connection& connection);

// 53, 80, 443, 853, and those the owner named.
[[nodiscard]] bool is_usual_port(std::uint16_t port, std::span<const std::uint16_t> named);

// Tells connections apart: a hash of protocol and both ends. Not for what strangers could want to
// collide; who makes two collide hides one of two counts.
[[nodiscard]] std::uint64_t identity_of(const host::Connection& connection);

// What makes two connections the same destination: protocol, port and network, as bytes to be
// hashed. A model provider or a content network answers from another address every minute, but out
// of the same few large networks: public ones are told apart by their first 16 bits (IPv6: 32).
// Inside private networks neighbours matter (24; 64), in the tailnet every device.
[[nodiscard]] std::string destination_key(const host::Connection& connection, host::Scope scope);

}  // namespace clawvigil
