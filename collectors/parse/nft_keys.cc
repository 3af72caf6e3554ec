#include "collectors/parse/nft_keys.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "collectors/parse/nft_values.h"
#include "collectors/parse/ruleset_values.h"

namespace clawvigil::firewall {

namespace {

using simdjson::dom::element;

Key opaque(std::string name) { return {.field = Field::opaque, .name = std::move(name)}; }

Key port_key(std::string_view field, std::optional<std::uint8_t> transport) {
  if (field == "dport") return {.field = Field::destination_port, .transport = transport};
  if (field == "sport") return {.field = Field::source_port, .transport = transport};
  if (field == "flags" && transport == kTcp) {
    return {.field = Field::tcp_flags, .transport = transport};
  }
  Key out = opaque("payload " + std::string(field));
  out.transport = transport;
  return out;
}

Key address_key(std::string_view field, IpFamily family) {
  if (field == "saddr") return {.field = Field::source, .family = family};
  if (field == "daddr") return {.field = Field::destination, .family = family};
  if (field == "protocol" || field == "nexthdr") {
    return {.field = Field::transport, .family = family};
  }
  if (field == "frag-off") return {.field = Field::fragment, .family = family};
  Key out = opaque((family == IpFamily::ipv4 ? "ip " : "ip6 ") + std::string(field));
  out.family = family;
  return out;
}

Key payload_key(element payload) {
  const std::string_view protocol = text_of(payload, "protocol");
  const std::string_view field = text_of(payload, "field");
  if (protocol == "tcp") return port_key(field, kTcp);
  if (protocol == "udp") return port_key(field, kUdp);
  if (protocol == "th") return port_key(field, std::nullopt);
  if (protocol == "ip") return address_key(field, IpFamily::ipv4);
  if (protocol == "ip6") return address_key(field, IpFamily::ipv6);
  if (protocol == "ether" || protocol == "vlan" || protocol.empty()) {
    return opaque("payload " + std::string(protocol) + " " + std::string(field));
  }
  return {.field = Field::absent};  // icmp, icmpv6, arp, sctp, esp …
}

Key meta_key(std::string_view key) {
  constexpr std::array<std::pair<std::string_view, Field>, 9> kFields{
      {{"l4proto", Field::transport},
       {"nfproto", Field::family},
       {"iifname", Field::in_interface},
       {"iif", Field::in_interface},
       {"oifname", Field::out_interface},
       {"oif", Field::out_interface},
       {"mark", Field::mark},
       {"pkttype", Field::packet_type},
       {"protocol", Field::family}}};
  for (const auto& [name, field] : kFields) {
    if (name == key) return {.field = field};
  }
  return opaque("meta " + std::string(key));
}

Key connection_key(element ct) {
  const std::string_view key = text_of(ct, "key");
  constexpr std::array<std::pair<std::string_view, Field>, 4> kFields{
      {{"state", Field::state},
       {"status", Field::status},
       {"direction", Field::direction},
       {"mark", Field::mark}}};
  if (text_of(ct, "dir").empty()) {
    for (const auto& [name, field] : kFields) {
      if (name == key) return {.field = field};
    }
  }
  return opaque("ct " + std::string(key));
}

// {"result": "type", "flags": ["daddr"]}; of a route only whether there is one can be told.
Key fib_key(element fib) {
  const std::string_view result = text_of(fib, "result");
  bool source = false;
  simdjson::dom::array flags;
  if (fib["flags"].get(flags) == simdjson::SUCCESS) {
    for (const element flag : flags) {
      std::string_view name;
      if (flag.get(name) == simdjson::SUCCESS && name == "saddr") source = true;
    }
  } else {
    source = text_of(fib, "flags") == "saddr";
  }
  if (result == "type") return {.field = source ? Field::source_type : Field::destination_type};
  if (source) return {.field = Field::return_route};
  return opaque("fib " + std::string(result));
}

// {"&": [key, mask]}
Key masked_key(element operands) {
  simdjson::dom::array pair;
  if (operands.get(pair) != simdjson::SUCCESS || pair.size() != 2)
    return opaque("binary operation");
  std::vector<Key> keys = read_keys(pair.at(0));
  if (keys.size() != 1) return opaque("binary operation");
  Key key = std::move(keys[0]);
  const Element mask = read_element(pair.at(1), {key});
  const Pattern& pattern = mask.patterns[0];
  const bool numeric = key.field == Field::mark || key.field == Field::tcp_flags ||
                       key.field == Field::fragment || key.field == Field::state ||
                       key.field == Field::status;
  if (!numeric || pattern.kind != Pattern::Kind::number ||
      pattern.range.low != pattern.range.high) {
    Key out = opaque("binary operation");
    out.family = key.family;
    out.transport = key.transport;
    return out;
  }
  key.mask = pattern.range.low.low;
  return key;
}

Key read_key(std::string_view kind, element value) {
  if (kind == "payload") return payload_key(value);
  if (kind == "meta") return meta_key(text_of(value, "key"));
  if (kind == "ct") return connection_key(value);
  if (kind == "fib") return fib_key(value);
  if (kind == "&") return masked_key(value);
  // A plain packet has no extension headers; without a field the question is whether there is one.
  if (kind == "exthdr") {
    return {.field = text_of(value, "field").empty() ? Field::zero : Field::absent,
            .family = IpFamily::ipv6};
  }
  return opaque(std::string(kind));
}

}  // namespace

std::vector<Key> read_keys(element expression) {
  simdjson::dom::object object;
  if (expression.get(object) != simdjson::SUCCESS || object.size() != 1) {
    return {opaque("expression")};
  }
  const auto [kind, value] = *object.begin();
  if (kind != "concat") return {read_key(kind, value)};
  std::vector<Key> keys;
  simdjson::dom::array parts;
  if (value.get(parts) != simdjson::SUCCESS) return {opaque("concatenation")};
  for (const element part : parts) {
    std::vector<Key> inner = read_keys(part);
    if (inner.size() != 1) return {opaque("concatenation")};
    keys.push_back(std::move(inner[0]));
  }
  return keys;
}

std::vector<Key> keys_of_type(element type) {
  std::vector<std::string_view> names;
  std::string_view single;
  simdjson::dom::array several;
  if (type.get(single) == simdjson::SUCCESS) {
    names.push_back(single);
  } else if (type.get(several) == simdjson::SUCCESS) {
    for (const element part : several) {
      std::string_view name;
      if (part.get(name) != simdjson::SUCCESS) return {opaque("set")};
      names.push_back(name);
    }
  } else {
    return read_keys(type);  // {"typeof": …} of newer versions says an expression
  }
  constexpr std::array<std::pair<std::string_view, Field>, 9> kTypes{
      {{"ipv4_addr", Field::source},
       {"ipv6_addr", Field::source},
       {"inet_service", Field::destination_port},
       {"inet_proto", Field::transport},
       {"ifname", Field::in_interface},
       {"iface_index", Field::in_interface},
       {"mark", Field::mark},
       {"ct_state", Field::state},
       {"pkt_type", Field::packet_type}}};
  std::vector<Key> keys;
  for (const std::string_view name : names) {
    Key key = opaque("set of " + std::string(name));
    for (const auto& [known, field] : kTypes) {
      if (known == name) key = {.field = field};
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace clawvigil::firewall
