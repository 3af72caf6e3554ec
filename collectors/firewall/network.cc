#include "collectors/firewall/network.h"

#include <algorithm>
#include <array>

#include "exporter/base/strings.h"

namespace clawvigil::firewall {

namespace {

constexpr std::size_t kProcFile = 1UL << 20;

host::Address bytes_of(IpFamily family, const Number& number) {
  Number full = number;
  if (family == IpFamily::ipv4) full.low |= 0xffff00000000;  // ::ffff:a.b.c.d
  host::Address out{};
  for (std::size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<std::uint8_t>(full.high >> (56 - 8 * i));
    out[8 + i] = static_cast<std::uint8_t>(full.low >> (56 - 8 * i));
  }
  return out;
}

bool is_link_local(IpFamily family, const Number& address) {
  return family == IpFamily::ipv6 && address.high >> 54 == 0x3fa;  // fe80::/10
}

// An address of this host that these senders have a way to.
bool reaches(IpFamily family, const Number& address, Audience audience) {
  const host::Scope scope = scope_of(family, address);
  if (scope == host::Scope::loopback) return false;
  switch (audience) {
    case Audience::anyone:
    case Audience::listed:
      return scope == host::Scope::public_net;
    case Audience::private_net:
      return scope != host::Scope::tailnet;
    case Audience::tailnet:
      return !is_link_local(family, address);
  }
  return true;
}

bool has_default_route(const Network& network, IpFamily family, std::string_view interface) {
  return std::ranges::any_of(network.routes, [&](const Route& route) {
    return route.family == family && route.length == 0 && route.interface == interface;
  });
}

bool reads_as_on(const host::Root& root, std::string_view path) {
  const auto text = root.read_system_file(path, 64);
  return !text || trim(*text) != "0";
}

}  // namespace

InterfaceKind kind_of(std::string_view interface) {
  constexpr std::array<std::string_view, 10> kContainers{
      "docker", "br-", "veth", "virbr", "cni", "lxc", "lxdbr", "podman", "flannel", "incusbr"};
  if (interface == "lo") return InterfaceKind::loopback;
  if (interface.starts_with("tailscale")) return InterfaceKind::tailnet;
  for (const std::string_view prefix : kContainers) {
    if (interface.starts_with(prefix)) return InterfaceKind::container;
  }
  return InterfaceKind::outside;
}

std::vector<std::string> Network::ways_in(IpFamily family, Audience audience) const {
  std::vector<std::string> outside;
  std::vector<std::string> tailnet;
  std::vector<std::string> leading_out;
  for (const std::string& name : interfaces) {
    const InterfaceKind kind = kind_of(name);
    if (kind == InterfaceKind::tailnet) tailnet.push_back(name);
    if (kind != InterfaceKind::outside) continue;
    outside.push_back(name);
    if (has_default_route(*this, family, name)) leading_out.push_back(name);
  }
  if (audience == Audience::tailnet && !tailnet.empty()) return tailnet;
  const bool internet = audience == Audience::anyone || audience == Audience::listed;
  if (internet && !leading_out.empty()) return leading_out;
  if (outside.empty()) outside.emplace_back();
  return outside;
}

std::vector<std::optional<Number>> Network::targets(IpFamily family, Audience audience) const {
  const auto& own = family == IpFamily::ipv4 ? ipv4_addresses : ipv6_addresses;
  std::vector<std::optional<Number>> out;
  for (const Number& address : own) {
    if (reaches(family, address, audience)) out.emplace_back(address);
  }
  const bool internet = audience == Audience::anyone || audience == Audience::listed;
  if (out.empty() && internet && family == IpFamily::ipv4) {
    // What many providers translate the public address to.
    for (const Number& address : own) {
      if (scope_of(family, address) == host::Scope::private_net) out.emplace_back(address);
    }
  }
  const bool known = family == IpFamily::ipv4 ? !own.empty() : ipv6_known;
  if (!known) out.emplace_back();
  return out;
}

bool Network::is_own(IpFamily family, const Number& address) const {
  if (scope_of(family, address) == host::Scope::loopback) return true;
  const auto& own = family == IpFamily::ipv4 ? ipv4_addresses : ipv6_addresses;
  return std::ranges::find(own, address) != own.end();
}

std::optional<std::string> Network::way_out(IpFamily family, const Number& address) const {
  if (!(family == IpFamily::ipv4 ? forwards_ipv4 : forwards_ipv6)) return std::nullopt;
  if (!routes_known) return "";
  const Route* best = nullptr;
  for (const Route& route : routes) {
    if (route.family != family || address < route.destination.low ||
        route.destination.high < address) {
      continue;
    }
    if (best == nullptr || best->length < route.length) best = &route;
  }
  if (best == nullptr) return std::nullopt;
  return best->interface;
}

host::Scope scope_of(IpFamily family, const Number& address) {
  return host::classify(bytes_of(family, address));
}

Network read_network(const host::Root& root) {
  Network out;
  const auto read = [&](std::string_view path) { return root.read_system_file(path, kProcFile); };
  if (const auto text = read("/proc/net/dev")) out.interfaces = parse_interfaces(*text);
  if (const auto text = read("/proc/net/fib_trie")) {
    out.ipv4_addresses = parse_ipv4_addresses(*text);
  }
  const auto addresses = read("/proc/net/if_inet6");
  if (addresses) out.ipv6_addresses = parse_ipv6_addresses(*addresses);
  // Without IPv6 in the kernel there is no such file.
  out.ipv6_known = addresses.has_value() || addresses.error().code == Errc::not_found;
  if (const auto text = read("/proc/net/route")) {
    out.routes = parse_ipv4_routes(*text);
    out.routes_known = true;
  }
  if (const auto text = read("/proc/net/ipv6_route")) {
    std::ranges::move(parse_ipv6_routes(*text), std::back_inserter(out.routes));
  }
  out.forwards_ipv4 = reads_as_on(root, "/proc/sys/net/ipv4/ip_forward");
  out.forwards_ipv6 = reads_as_on(root, "/proc/sys/net/ipv6/conf/all/forwarding");
  return out;
}

}  // namespace clawvigil::firewall
