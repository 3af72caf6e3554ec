#include "collectors/parse/network_state.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "collectors/parse/ruleset_values.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::firewall {

namespace {

constexpr std::uint64_t kReject = 0x0200;  // RTF_REJECT

std::optional<std::uint64_t> hex(std::string_view text) {
  return parse_integer<std::uint64_t>(text, 16);
}

std::optional<Number> hex_address(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  const auto high = hex(text.substr(0, 16));
  const auto low = hex(text.substr(16));
  if (!high || !low) return std::nullopt;
  return Number{*high, *low};
}

std::vector<std::string_view> fields(std::string_view line) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(" \t", at)) != std::string_view::npos) {
    const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    out.push_back(line.substr(at, end - at));
    at = end;
  }
  return out;
}

}  // namespace

std::vector<std::string> parse_interfaces(std::string_view net_dev) {
  std::vector<std::string> out;
  for (const std::string_view line : split(net_dev, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || out.size() >= kMaxNetworkEntries) continue;
    const std::string_view name = trim(line.substr(0, colon));
    if (!name.empty()) out.emplace_back(name);
  }
  return out;
}

std::vector<Route> parse_ipv4_routes(std::string_view route) {
  std::vector<Route> out;
  for (const std::string_view line : split(route, '\n')) {
    const auto words = fields(line);
    if (words.size() < 8 || out.size() >= kMaxNetworkEntries) continue;
    // Addresses are in network order, printed as a number of this (little-endian) machine.
    const auto destination = hex(words[1]);
    const auto flags = hex(words[3]);
    const auto mask = hex(words[7]);
    if (!destination || !flags || !mask || (*flags & kReject) != 0) continue;
    const auto address = __builtin_bswap32(static_cast<std::uint32_t>(*destination));
    const auto length = static_cast<unsigned>(std::popcount(static_cast<std::uint32_t>(*mask)));
    const auto range = prefix_range({IpFamily::ipv4, {0, address}}, length);
    if (range) out.push_back({IpFamily::ipv4, range->range, length, std::string(words[0])});
  }
  return out;
}

std::vector<Route> parse_ipv6_routes(std::string_view ipv6_route) {
  std::vector<Route> out;
  for (const std::string_view line : split(ipv6_route, '\n')) {
    const auto words = fields(line);
    if (words.size() < 10 || out.size() >= kMaxNetworkEntries) continue;
    const auto address = hex_address(words[0]);
    const auto length = hex(words[1]);
    const auto flags = hex(words[8]);
    if (!address || !length || *length > 128 || !flags || (*flags & kReject) != 0) continue;
    const auto range = prefix_range({IpFamily::ipv6, *address}, static_cast<unsigned>(*length));
    if (!range) continue;
    out.push_back(
        {IpFamily::ipv6, range->range, static_cast<unsigned>(*length), std::string(words[9])});
  }
  return out;
}

std::vector<Number> parse_ipv4_addresses(std::string_view fib_trie) {
  std::vector<Number> out;
  std::optional<IpAddress> last;
  for (std::string_view line : split(fib_trie, '\n')) {
    line = trim(line);
    if (line.starts_with("|-- ")) {
      last = parse_address(line.substr(4));
    } else if (line.starts_with("/32 host LOCAL") && last && out.size() < kMaxNetworkEntries) {
      if (std::ranges::find(out, last->number) == out.end()) out.push_back(last->number);
    }
  }
  return out;
}

std::vector<Number> parse_ipv6_addresses(std::string_view if_inet6) {
  std::vector<Number> out;
  for (const std::string_view line : split(if_inet6, '\n')) {
    const auto words = fields(line);
    if (words.size() < 6 || out.size() >= kMaxNetworkEntries) continue;
    if (const auto address = hex_address(words[0])) out.push_back(*address);
  }
  return out;
}

}  // namespace clawvigil::firewall
