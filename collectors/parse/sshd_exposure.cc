#include "collectors/parse/sshd_exposure.h"

#include <algorithm>
#include <set>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

// Documentation addresses (RFC 5737, RFC 3849): in no network anyone writes into a Match line.
constexpr const char* kPublicIpv4 = "203.0.113.77";
constexpr const char* kPublicIpv6 = "2001:db8:7777::77";
constexpr const char* kLoopback = "127.0.0.1";
constexpr const char* kPrivate = "10.211.77.5";
constexpr const char* kStranger = "clawvigil-anyone";

// What the configuration tells apart.
struct Distinctions {
  bool users = false;
  std::set<std::string> addresses;
  std::set<std::string> hosts;
  std::set<std::string> local_addresses;
  std::set<std::uint16_t> local_ports;
};

// One text that the pattern matches: the first address of a network, a wildcard filled in.
std::string example_of(std::string_view pattern) {
  if (pattern.starts_with('!')) pattern.remove_prefix(1);
  std::string example(pattern.substr(0, pattern.find('/')));
  std::ranges::replace(example, '*', '1');
  std::ranges::replace(example, '?', '1');
  return example;
}

void add_examples(std::string_view list, std::set<std::string>& out) {
  for (const std::string_view pattern : split(list, ',')) out.insert(example_of(pattern));
}

Result<> note_match(const SshdLine& line, Distinctions& out) {
  TRY_ASSIGN(const auto criteria, parse_match(line.arguments));
  for (const auto& [attribute, argument] : criteria) {
    if (attribute == "user" || attribute == "group") out.users = true;
    if (attribute == "address") add_examples(argument, out.addresses);
    if (attribute == "localaddress") add_examples(argument, out.local_addresses);
    if (attribute == "host") add_examples(to_lower_ascii(argument), out.hosts);
    const auto port = attribute == "localport" ? parse_port(argument) : std::nullopt;
    if (port) out.local_ports.insert(*port);
  }
  return {};
}

void note_users(const SshdLine& line, Distinctions& out) {
  out.users = true;
  for (const std::string& pattern : line.arguments) {
    const std::size_t at = pattern.rfind('@');
    if (at == std::string::npos) continue;
    add_examples(std::string_view(pattern).substr(at + 1), out.addresses);
    add_examples(to_lower_ascii(pattern.substr(at + 1)), out.hosts);
  }
}

Result<> note(const std::vector<SshdLine>& lines, Distinctions& out) {
  for (const SshdLine& line : lines) {
    if (line.keyword == "match") TRY(note_match(line, out));
    if (line.keyword == "allowusers" || line.keyword == "denyusers") note_users(line, out);
    if (line.keyword == "allowgroups" || line.keyword == "denygroups") out.users = true;
    for (const auto& included : line.included) TRY(note(included, out));
  }
  return {};
}

// From where: an address and the name it resolves to.
std::vector<SshdConnection> origins(const Distinctions& found) {
  std::set<std::string> addresses = {kPublicIpv4};
  if (!found.addresses.empty() || !found.hosts.empty()) {
    addresses.insert({kPublicIpv6, kLoopback, kPrivate});
    addresses.insert(found.addresses.begin(), found.addresses.end());
  }
  std::vector<SshdConnection> result;
  const auto add = [&](const std::string& address, const std::string& host) {
    SshdConnection connection;
    connection.address = address;
    connection.host = host;
    result.push_back(std::move(connection));
  };
  for (const std::string& address : addresses) add(address, address);
  for (const std::string& host : found.hosts) add(kPublicIpv4, host);
  return result;
}

std::vector<SshdAccount> users(const Distinctions& found,
                               const std::vector<SshdAccount>& accounts) {
  std::vector<SshdAccount> result = {{kStranger, {}, false}};
  for (const SshdAccount& account : accounts) {
    if (found.users || account.root) result.push_back(account);
  }
  return result;
}

bool is_root(const std::vector<SshdAccount>& accounts, const std::string& user) {
  return std::ranges::any_of(
      accounts, [&](const SshdAccount& account) { return account.root && account.name == user; });
}

}  // namespace

Result<std::vector<SshdConnection>> sshd_connections(const std::vector<SshdLine>& lines,
                                                     const std::vector<SshdAccount>& accounts) {
  Distinctions found;
  TRY(note(lines, found));
  TRY_ASSIGN(const SshdSettings server, sshd_settings(lines, nullptr));
  found.local_ports.insert(server.ports.begin(), server.ports.end());
  if (!found.local_addresses.empty()) found.local_addresses.insert(kLoopback);
  found.local_addresses.insert(kPublicIpv4);

  const auto from = origins(found);
  const auto whom = users(found, accounts);
  if (from.size() * whom.size() * found.local_addresses.size() * found.local_ports.size() >
      kMaxSshdConnections) {
    return fail(Errc::too_large, "sshd_config: too many kinds of connections to try");
  }
  std::vector<SshdConnection> result;
  for (const SshdAccount& account : whom) {
    for (SshdConnection connection : from) {
      connection.user = account.name;
      connection.groups = account.groups;
      for (const std::string& address : found.local_addresses) {
        connection.local_address = address;
        for (const std::uint16_t port : found.local_ports) {
          connection.local_port = port;
          result.push_back(connection);
        }
      }
    }
  }
  return result;
}

Result<SshdExposure> sshd_exposure(const std::vector<SshdLine>& lines,
                                   const std::vector<SshdAccount>& accounts) {
  TRY_ASSIGN(const auto connections, sshd_connections(lines, accounts));
  SshdExposure exposure;
  for (const SshdConnection& connection : connections) {
    TRY_ASSIGN(const SshdSettings settings, sshd_settings(lines, &connection));
    if (!user_allowed(settings, connection)) continue;
    const bool root = is_root(accounts, connection.user);
    const bool root_by_any_means = root && settings.root == RootLogin::yes;
    exposure.root = exposure.root || root_by_any_means;
    if (!root || root_by_any_means) {
      exposure.password = exposure.password || password_suffices(settings);
    }
  }
  return exposure;
}

}  // namespace clawvigil
