#include "collectors/parse/ruleset_values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::firewall {

namespace {

constexpr unsigned kBits = 64;

unsigned length_of(IpFamily family) { return family == IpFamily::ipv4 ? 32 : 128; }

// A number whose lowest `bits` bits are set.
Number low_ones(unsigned bits) {
  const auto ones = [](unsigned count) {
    return count == 0 ? 0 : ~std::uint64_t{0} >> (kBits - std::min(count, kBits));
  };
  return {ones(bits > kBits ? bits - kBits : 0), ones(std::min(bits, kBits))};
}

// 24 for 255.255.255.0.
std::optional<unsigned> length_of_mask(const IpAddress& mask) {
  const auto value = static_cast<std::uint32_t>(mask.number.low);
  const auto length = static_cast<unsigned>(std::countl_one(value));
  if (mask.family != IpFamily::ipv4 || std::popcount(value) != static_cast<int>(length)) {
    return std::nullopt;
  }
  return length;
}

std::optional<std::uint64_t> flag_of(
    std::string_view text, std::span<const std::pair<std::string_view, std::uint64_t>> flags) {
  const std::string lower = to_lower_ascii(text);
  for (const auto& [name, flag] : flags) {
    if (name == lower) return flag;
  }
  return std::nullopt;
}

// The number after `number`; saturates.
Number successor(const Number& number) {
  if (number.low != ~std::uint64_t{0}) return {number.high, number.low + 1};
  return number.high == ~std::uint64_t{0} ? number : Number{number.high + 1, 0};
}

}  // namespace

std::optional<IpAddress> parse_address(std::string_view text) {
  if (text.size() > INET6_ADDRSTRLEN) return std::nullopt;
  const std::string copy(text);
  std::array<std::uint8_t, 16> bytes{};
  IpAddress out;
  std::size_t length = 4;
  if (::inet_pton(AF_INET, copy.c_str(), bytes.data()) != 1) {
    if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) != 1) return std::nullopt;
    out.family = IpFamily::ipv6;
    length = bytes.size();
  }
  for (std::size_t i = 0; i < length; ++i) {
    out.number.high = out.number.high << 8 | out.number.low >> 56;
    out.number.low = out.number.low << 8 | bytes[i];
  }
  return out;
}

std::optional<IpRange> prefix_range(const IpAddress& address, unsigned length) {
  const unsigned whole = length_of(address.family);
  if (length > whole) return std::nullopt;
  const Number rest = low_ones(whole - length);
  const Number& number = address.number;
  return IpRange{address.family,
                 {{number.high & ~rest.high, number.low & ~rest.low},
                  {number.high | rest.high, number.low | rest.low}}};
}

std::optional<IpRange> parse_address_range(std::string_view text) {
  const std::size_t mark = text.find_first_of("/-");
  const auto first = parse_address(text.substr(0, mark));
  if (!first) return std::nullopt;
  if (mark == std::string_view::npos) return prefix_range(*first, length_of(first->family));
  const std::string_view rest = text.substr(mark + 1);
  if (text[mark] == '/') {
    if (const auto length = parse_integer<unsigned>(rest)) return prefix_range(*first, *length);
    const auto mask = parse_address(rest);
    const auto length = mask ? length_of_mask(*mask) : std::nullopt;
    return length ? prefix_range(*first, *length) : std::nullopt;
  }
  const auto last = parse_address(rest);
  if (!last || last->family != first->family || last->number < first->number) return std::nullopt;
  return IpRange{first->family, {first->number, last->number}};
}

NumberRange whole_range(IpFamily family) { return {{}, low_ones(length_of(family))}; }

std::optional<std::uint8_t> parse_protocol(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 15> kProtocols{{
      {"icmp", 1},
      {"igmp", 2},
      {"ipv4", 4},
      {"tcp", 6},
      {"udp", 17},
      {"dccp", 33},
      {"ipv6", 41},
      {"gre", 47},
      {"esp", 50},
      {"ah", 51},
      {"icmpv6", 58},
      {"ipv6-icmp", 58},
      {"ospf", 89},
      {"sctp", 132},
      {"udplite", 136},
  }};
  if (const auto number = parse_integer<std::uint8_t>(text)) return number;
  const auto found = flag_of(text, kProtocols);
  return found ? std::optional(static_cast<std::uint8_t>(*found)) : std::nullopt;
}

std::optional<std::uint64_t> state_flag(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> kStates{
      {{"invalid", kInvalid},
       {"established", kEstablished},
       {"related", kRelated},
       {"new", kNew},
       {"untracked", kUntracked}}};
  return flag_of(text, kStates);
}

std::optional<std::uint64_t> status_flag(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 6> kStatuses{
      {{"expected", 1},
       {"seen-reply", 2},
       {"assured", 4},
       {"confirmed", 8},
       {"snat", 16},
       {"dnat", kDnatted}}};
  return flag_of(text, kStatuses);
}

std::optional<std::uint64_t> tcp_flag(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 10> kFlags{{{"fin", 1},
                                                                               {"syn", kSyn},
                                                                               {"rst", 4},
                                                                               {"psh", 8},
                                                                               {"ack", 16},
                                                                               {"urg", 32},
                                                                               {"ecn", 64},
                                                                               {"cwr", 128},
                                                                               {"all", 63},
                                                                               {"none", 0}}};
  return flag_of(text, kFlags);
}

Pattern number_pattern(std::uint64_t value) { return range_pattern({{0, value}, {0, value}}); }

Pattern range_pattern(const NumberRange& range) {
  Pattern out;
  out.kind = Pattern::Kind::number;
  out.range = range;
  return out;
}

Pattern text_pattern(std::string_view text) {
  Pattern out;
  out.kind = Pattern::Kind::text;
  out.is_prefix = text.ends_with('*');
  if (out.is_prefix) text.remove_suffix(1);
  out.text = text;
  return out;
}

Elements compacted(std::vector<Element> list) {
  const bool plain = !list.empty() && std::ranges::all_of(list, [](const Element& element) {
    return element.patterns.size() == 1 && element.patterns[0].kind == Pattern::Kind::number &&
           element.verdict.kind == Verdict::Kind::proceed;
  });
  Elements out;
  if (!plain) {
    out.list = std::move(list);
    return out;
  }
  std::ranges::sort(list, {}, [](const Element& element) { return element.patterns[0].range.low; });
  for (const Element& element : list) {
    const NumberRange& range = element.patterns[0].range;
    if (out.ranges.empty() || successor(out.ranges.back().high) < range.low) {
      out.ranges.push_back(range);
    } else {
      out.ranges.back().high = std::max(out.ranges.back().high, range.high);
    }
  }
  return out;
}

Lookup lookup(Key key, std::vector<Pattern> values, bool negated) {
  std::vector<Element> list;
  for (Pattern& value : values) {
    Element element;
    element.patterns.push_back(std::move(value));
    list.push_back(std::move(element));
  }
  Lookup out;
  out.keys.push_back(std::move(key));
  out.compare = negated ? Compare::not_equal : Compare::equal;
  out.elements = std::make_shared<const Elements>(compacted(std::move(list)));
  return out;
}

Lookup always(bool negated) {
  return lookup({.field = Field::one}, {number_pattern(negated ? 0 : 1)});
}

Lookup never(bool negated) { return always(!negated); }

Lookup perhaps(std::string_view name) {
  return lookup({.field = Field::opaque, .name = std::string(name)}, {Pattern{}});
}

}  // namespace clawvigil::firewall
