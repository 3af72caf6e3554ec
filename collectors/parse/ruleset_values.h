// Values as the readers of rulesets need them: addresses, names of flags and protocols, lookups.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/parse/ruleset.h"

namespace clawvigil::firewall {

struct IpAddress {
  IpFamily family = IpFamily::ipv4;
  Number number;
};

// "192.0.2.1" or "2001:db8::1".
[[nodiscard]] std::optional<IpAddress> parse_address(std::string_view text);

struct IpRange {
  IpFamily family = IpFamily::ipv4;
  NumberRange range;
};

// The addresses of `address`/`length`; nullopt when it is longer than the address.
[[nodiscard]] std::optional<IpRange> prefix_range(const IpAddress& address, unsigned length);
// "192.0.2.1", "192.0.2.0/24", "192.0.2.0/255.255.255.0", "192.0.2.1-192.0.2.9".
[[nodiscard]] std::optional<IpRange> parse_address_range(std::string_view text);
// 0.0.0.0 to 255.255.255.255, and the same of IPv6.
[[nodiscard]] NumberRange whole_range(IpFamily family);

// "tcp", "6"; nullopt for what is neither.
[[nodiscard]] std::optional<std::uint8_t> parse_protocol(std::string_view text);
// The flag of connection state ("new", case ignored), connection status or TCP ("syn").
[[nodiscard]] std::optional<std::uint64_t> state_flag(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> status_flag(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> tcp_flag(std::string_view text);

[[nodiscard]] Pattern number_pattern(std::uint64_t value);
[[nodiscard]] Pattern range_pattern(const NumberRange& range);
// An interface; "eth*" stands for all that begin so.
[[nodiscard]] Pattern text_pattern(std::string_view text);

// Puts what is a plain list of numbers into `ranges`.
[[nodiscard]] Elements compacted(std::vector<Element> list);

// One key, one or more values of it.
[[nodiscard]] Lookup lookup(Key key, std::vector<Pattern> values, bool negated = false);
// What always matches, never does, or may do so for a reason nobody can see.
[[nodiscard]] Lookup always(bool negated = false);
[[nodiscard]] Lookup never(bool negated = false);
[[nodiscard]] Lookup perhaps(std::string_view name);

}  // namespace clawvigil::firewall
