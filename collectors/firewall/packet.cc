#include "collectors/firewall/packet.h"

#include <algorithm>

#include "collectors/parse/ruleset_values.h"

namespace clawvigil::firewall {

namespace {

enum class Truth : std::uint8_t { no, perhaps, yes };

constexpr std::uint64_t kIpv4Family = 2;
constexpr std::uint64_t kIpv6Family = 10;

bool contains(const NumberRange& range, const Number& number) {
  return range.low <= number && number <= range.high;
}

// The number the packet has at a key; nullopt: it is not known, or no number.
std::optional<Number> number_at(const Key& key, const Packet& packet) {
  const auto small = [](std::uint64_t value) { return std::optional<Number>({0, value}); };
  switch (key.field) {
    case Field::source:
      return packet.source;
    case Field::destination:
      return packet.destination;
    case Field::source_port:
      return small(packet.source_port);
    case Field::transport:
      return small(packet.transport);
    case Field::family:
      return small(packet.family == IpFamily::ipv4 ? kIpv4Family : kIpv6Family);
    case Field::state:
      return packet.state_known ? small(kNew & key.mask) : std::nullopt;
    case Field::status:
      return small((packet.translated ? kDnatted : 0) & key.mask);
    case Field::mark:
      return packet.mark_known ? small(0) : std::nullopt;
    case Field::tcp_flags:
      return small(kSyn & key.mask);
    case Field::return_route:
    case Field::one:
      return small(1);
    case Field::direction:
    case Field::fragment:
    case Field::zero:
      return small(0);
    default:
      return std::nullopt;
  }
}

// The word the packet has at a key; "" where it is not known.
std::string_view text_at(const Key& key, const Packet& packet) {
  switch (key.field) {
    case Field::in_interface:
      return packet.in_interface;
    case Field::out_interface:
      return packet.out_interface;
    case Field::packet_type:
      return "host";
    case Field::source_type:
      return "unicast";
    case Field::destination_type:
      return packet.to_this_host ? "local" : "unicast";
    default:
      return {};
  }
}

Truth match_text(const Key& key, const Pattern& pattern, const Packet& packet) {
  const std::string_view text = text_at(key, packet);
  // Nothing that comes from or leaves by loopback is asked about.
  const bool interface = key.field == Field::in_interface || key.field == Field::out_interface;
  if (interface && text.empty()) {
    return pattern.text == "lo" && !pattern.is_prefix ? Truth::no : Truth::perhaps;
  }
  if (text.empty()) return Truth::perhaps;
  const bool same = pattern.is_prefix ? text.starts_with(pattern.text) : text == pattern.text;
  return same ? Truth::yes : Truth::no;
}

// An address of this host of which nothing is known: no multicast or loopback one, though.
Truth match_own_address(const NumberRange& range, IpFamily family) {
  const NumberRange whole = whole_range(family);
  if (range.low == whole.low && range.high == whole.high) return Truth::yes;
  const auto lies_in = [&](const char* outer) {
    const auto other = parse_address_range(outer);
    return other && other->range.low <= range.low && range.high <= other->range.high;
  };
  const bool elsewhere = family == IpFamily::ipv4 ? lies_in("224.0.0.0/3") || lies_in("127.0.0.0/8")
                                                  : lies_in("ff00::/8") || lies_in("::1/128");
  return elsewhere ? Truth::no : Truth::perhaps;
}

Truth match_number(const Key& key, const Pattern& pattern, const Packet& packet) {
  const auto number = number_at(key, packet);
  if (number) return contains(pattern.range, *number) ? Truth::yes : Truth::no;
  if (key.field == Field::destination) return match_own_address(pattern.range, packet.family);
  return Truth::perhaps;
}

Truth match_pattern(const Key& key, const Pattern& pattern, const Packet& packet) {
  switch (pattern.kind) {
    case Pattern::Kind::anything:
      return Truth::yes;
    case Pattern::Kind::number:
      return match_number(key, pattern, packet);
    case Pattern::Kind::text:
      return match_text(key, pattern, packet);
    case Pattern::Kind::opaque:
      break;
  }
  return Truth::perhaps;
}

PortRange ports_of(const NumberRange& range) {
  const auto clamp = [](const Number& number) {
    constexpr std::uint64_t kLast = 65535;
    const std::uint64_t value = number.high != 0 ? kLast : number.low;
    return static_cast<std::uint16_t>(std::min(value, kLast));
  };
  return {clamp(range.low), clamp(range.high)};
}

bool is_port(const Key& key) { return key.field == Field::destination_port && !~key.mask; }

void add(Match& to, Truth truth, const PortSet& ports) {
  if (truth == Truth::yes) to.certain.add(ports);
  if (truth == Truth::perhaps) to.possible.add(ports);
}

// A single key compared with plain numbers.
Match match_ranges(const Key& key, const std::vector<NumberRange>& ranges, const Packet& packet,
                   const PortSet& ports) {
  Match out;
  if (is_port(key)) {
    PortSet wanted;
    for (const NumberRange& range : ranges) {
      if (range.low.high == 0 && range.low.low <= 65535) wanted.add(ports_of(range));
    }
    out.certain = ports.common(wanted);
    return out;
  }
  if (const auto number = number_at(key, packet)) {
    const auto found = std::ranges::lower_bound(ranges, *number, {}, &NumberRange::high);
    if (found != ranges.end() && found->low <= *number) out.certain = ports;
    return out;
  }
  Truth best = Truth::no;
  for (const NumberRange& range : ranges) {
    best = std::max(best, match_pattern(key, range_pattern(range), packet));
  }
  add(out, best, ports);
  return out;
}

// Flags of the packet are (not) among those of the elements.
Match match_bits(const Lookup& lookup, const Packet& packet, const PortSet& ports) {
  Match out;
  const auto number = number_at(lookup.keys[0], packet);
  const auto& ranges = lookup.elements->ranges;
  const bool simple = ranges.size() == 1 && ranges[0].low == ranges[0].high;
  if (!number || !simple) {
    out.possible = ports;
    return out;
  }
  const bool any = (number->low & ranges[0].low.low) != 0;
  if (any == (lookup.compare == Compare::any_bit)) out.certain = ports;
  return out;
}

}  // namespace

bool applies(const std::vector<Key>& keys, const Packet& packet) {
  return std::ranges::all_of(keys, [&](const Key& key) {
    return key.field != Field::absent && (!key.family || *key.family == packet.family) &&
           (!key.transport || *key.transport == packet.transport);
  });
}

Match match_element(const std::vector<Key>& keys, const Element& element, const Packet& packet,
                    const PortSet& ports) {
  Match out;
  PortSet wanted = ports;
  Truth truth = Truth::yes;
  for (std::size_t i = 0; i < keys.size() && truth != Truth::no; ++i) {
    const Pattern& pattern = element.patterns[i];
    if (is_port(keys[i]) && pattern.kind == Pattern::Kind::number) {
      const PortRange range = ports_of(pattern.range);
      wanted = wanted.common(PortSet(range.low, range.high));
    } else {
      truth = std::min(truth, match_pattern(keys[i], pattern, packet));
    }
  }
  add(out, truth, wanted);
  return out;
}

Match match(const Lookup& lookup, const Packet& packet, const PortSet& ports) {
  if (!applies(lookup.keys, packet)) return {};
  if (lookup.compare == Compare::any_bit || lookup.compare == Compare::no_bit) {
    return match_bits(lookup, packet, ports);
  }
  Match out;
  if (!lookup.elements->ranges.empty()) {
    out = match_ranges(lookup.keys[0], lookup.elements->ranges, packet, ports);
  }
  for (const Element& element : lookup.elements->list) {
    if (element.patterns.size() != lookup.keys.size()) {
      out.possible = ports;
      break;
    }
    const Match one = match_element(lookup.keys, element, packet, ports);
    out.certain.add(one.certain);
    out.possible.add(one.possible);
  }
  out.possible.remove(out.certain);
  if (lookup.compare == Compare::equal) return out;
  out.certain = ports.without(out.certain).without(out.possible);
  return out;
}

}  // namespace clawvigil::firewall
