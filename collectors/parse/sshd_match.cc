#include "collectors/parse/sshd_match.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <span>

#include "collectors/parse/wildcard.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::size_t kIpv4Bytes = 4;
constexpr std::size_t kIpv6Bytes = 16;
constexpr unsigned kBitsPerByte = 8;

struct IpAddress {
  std::array<std::uint8_t, kIpv6Bytes> bytes{};
  std::size_t size = 0;
  [[nodiscard]] unsigned bits() const { return static_cast<unsigned>(size) * kBitsPerByte; }
};

std::optional<IpAddress> parse_address(std::string_view text) {
  IpAddress result;
  const std::string copy(text);
  if (::inet_pton(AF_INET, copy.c_str(), result.bytes.data()) == 1) {
    result.size = kIpv4Bytes;
  } else if (::inet_pton(AF_INET6, copy.c_str(), result.bytes.data()) == 1) {
    result.size = kIpv6Bytes;
  } else {
    return std::nullopt;
  }
  return result;
}

bool same_prefix(const IpAddress& a, const IpAddress& b, unsigned bits) {
  for (unsigned i = 0; i < bits; ++i) {
    const unsigned mask = 0x80U >> (i % kBitsPerByte);
    if ((a.bytes[i / kBitsPerByte] & mask) != (b.bytes[i / kBitsPerByte] & mask)) return false;
  }
  return true;
}

bool zero_behind(const IpAddress& address, unsigned bits) {
  for (unsigned i = bits; i < address.bits(); ++i) {
    if ((address.bytes[i / kBitsPerByte] & (0x80U >> (i % kBitsPerByte))) != 0) return false;
  }
  return true;
}

struct Network {
  IpAddress address;
  unsigned bits = 0;
};

// nullopt: not a network, so perhaps a pattern.
Result<std::optional<Network>> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  unsigned bits = address ? address->bits() : 0;
  if (slash != std::string_view::npos) {
    constexpr unsigned kMaxBits = 128;
    const std::string_view length = text.substr(slash + 1);
    const auto parsed = parse_integer<unsigned>(length);
    if (!parsed || *parsed > kMaxBits) return std::optional<Network>();
    bits = *parsed;
  }
  if (!address) return std::optional<Network>();
  if (bits > address->bits() || (slash != std::string_view::npos && !zero_behind(*address, bits))) {
    return fail(Errc::parse, "sshd_config: an address with a prefix that does not fit");
  }
  return std::optional(Network{*address, bits});
}

bool is_match(ListMatch match) { return match == ListMatch::yes; }

bool matches_host(const SshdConnection& connection, std::string_view list) {
  const auto by_address = match_address_list(connection.address, list);
  if (by_address && is_match(*by_address)) return true;
  if (by_address && *by_address == ListMatch::negated) return false;
  return is_match(match_list(to_lower_ascii(connection.host), to_lower_ascii(list)));
}

// Of several groups a negated match of any one wins.
bool matches_group(const std::vector<std::string>& groups, std::string_view list) {
  bool found = false;
  for (const std::string& group : groups) {
    const ListMatch match = match_list(group, list);
    if (match == ListMatch::negated) return false;
    found = found || is_match(match);
  }
  return found;
}

Result<bool> matches_port(const SshdConnection* connection, std::string_view text) {
  const auto port = parse_port(text);
  if (!port) return fail(Errc::parse, "sshd_config: Match LocalPort is not a port");
  return connection != nullptr && connection->local_port == port;
}

// Lists of addresses are checked even when nobody connects.
Result<bool> matches_address(const std::string* address, std::string_view list) {
  TRY_ASSIGN(const ListMatch match, match_address_list(address ? *address : "", list));
  return address != nullptr && is_match(match);
}

Result<bool> matches(const SshdCriterion& criterion, const SshdConnection* connection) {
  const std::string& attribute = criterion.attribute;
  const std::string& argument = criterion.argument;
  if (attribute == "all") return true;
  if (attribute == "localport") return matches_port(connection, argument);
  if (attribute == "address") {
    return matches_address(connection ? &connection->address : nullptr, argument);
  }
  if (attribute == "localaddress") {
    return matches_address(connection ? &connection->local_address : nullptr, argument);
  }
  if (connection == nullptr) return false;
  if (attribute == "user") return is_match(match_list(connection->user, argument));
  if (attribute == "group") return matches_group(connection->groups, argument);
  if (attribute == "host") {
    return is_match(match_list(to_lower_ascii(connection->host), to_lower_ascii(argument)));
  }
  return false;  // rdomain, version, invalid-user: not of an ordinary login
}

}  // namespace

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto port = parse_integer<std::uint16_t>(text);
  return port == 0 ? std::nullopt : port;
}

ListMatch match_list(std::string_view text, std::string_view list) {
  ListMatch result = ListMatch::none;
  for (std::string_view pattern : split(list, ',')) {
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (!matches_pattern(text, pattern)) continue;
    if (negated) return ListMatch::negated;
    result = ListMatch::yes;
  }
  return result;
}

Result<ListMatch> match_address_list(std::string_view address, std::string_view list) {
  const auto own = parse_address(address);
  ListMatch result = ListMatch::none;
  for (std::string_view pattern : split(list, ',')) {
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (pattern.empty()) return fail(Errc::parse, "sshd_config: an empty address in a list");
    TRY_ASSIGN(const std::optional<Network> network, parse_network(pattern));
    const bool found = network ? own && own->size == network->address.size &&
                                     same_prefix(*own, network->address, network->bits)
                               : own && matches_pattern(address, pattern);
    if (!found) continue;
    if (negated) return ListMatch::negated;
    result = ListMatch::yes;
  }
  return result;
}

bool matches_user(const SshdConnection& connection, const std::string& pattern) {
  const std::size_t at = pattern.rfind('@');
  if (at == std::string::npos) return matches_pattern(connection.user, pattern);
  return matches_pattern(connection.user, std::string_view(pattern).substr(0, at)) &&
         matches_host(connection, std::string_view(pattern).substr(at + 1));
}

Result<std::vector<SshdCriterion>> parse_match(const std::vector<std::string>& arguments) {
  constexpr std::array<std::string_view, 8> kWithArgument = {
      "user", "group", "host", "address", "localaddress", "localport", "rdomain", "version"};
  std::vector<SshdCriterion> criteria;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const std::size_t equals = word.find('=');
    SshdCriterion criterion{to_lower_ascii(word.substr(0, equals)), ""};
    if (criterion.attribute == "all" || criterion.attribute == "invalid-user") {
      criteria.push_back(std::move(criterion));
      continue;
    }
    if (std::ranges::find(kWithArgument, criterion.attribute) == kWithArgument.end()) {
      return fail(Errc::parse, "sshd_config: an unknown Match criterion");
    }
    if (equals != std::string::npos) criterion.argument = word.substr(equals + 1);
    if (criterion.argument.empty() && i + 1 < arguments.size()) {
      criterion.argument = arguments[++i];
      if (criterion.argument.starts_with('=')) criterion.argument.erase(0, 1);
      if (criterion.argument.empty() && i + 1 < arguments.size()) {
        criterion.argument = arguments[++i];
      }
    }
    if (criterion.argument.empty()) return fail(Errc::parse, "sshd_config: Match without value");
    criteria.push_back(std::move(criterion));
  }
  const bool all =
      std::ranges::any_of(criteria, [](const auto& c) { return c.attribute == "all"; });
  if (criteria.empty() || (all && criteria.size() > 1)) {
    return fail(Errc::parse, "sshd_config: a Match line sshd would refuse");
  }
  return criteria;
}

Result<bool> matches_all(const std::vector<SshdCriterion>& criteria,
                         const SshdConnection* connection) {
  bool result = true;
  for (const SshdCriterion& criterion : criteria) {
    TRY_ASSIGN(const bool match, matches(criterion, connection));
    result = result && match;
  }
  return result;
}

}  // namespace clawvigil
