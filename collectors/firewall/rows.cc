#include "collectors/firewall/rows.h"

namespace clawvigil::firewall {

namespace {

std::string_view name_of(std::uint8_t transport) { return transport == kTcp ? "tcp" : "udp"; }

void add_range(const PortRange& range, std::string_view protocol, Audience audience,
               const IsExpected& is_expected, std::vector<PortRow>& rows) {
  const std::size_t count = range.high - range.low + std::size_t{1};
  if (count <= kMaxSingles) {
    for (std::uint32_t port = range.low; port <= range.high; ++port) {
      rows.push_back({protocol, std::to_string(port), audience,
                      is_expected(protocol, static_cast<std::uint16_t>(port))});
    }
    return;
  }
  bool expected = true;
  for (std::uint32_t port = range.low; expected && port <= range.high; ++port) {
    expected = is_expected(protocol, static_cast<std::uint16_t>(port));
  }
  const bool all = range.low <= 1 && range.high == 65535;
  rows.push_back({protocol,
                  all ? "all" : std::to_string(range.low) + "-" + std::to_string(range.high),
                  audience, expected});
}

std::vector<PortRow> rows_of(const Reach& reach, PortSet Ports::* member, bool only_where_denied,
                             const IsExpected& is_expected) {
  std::vector<PortRow> rows;
  for (std::size_t audience = 0; audience < kAudiences; ++audience) {
    for (std::size_t i = 0; i < kTransports.size(); ++i) {
      PortSet ports;
      PortSet anyone;
      for (const FamilyReach* family : {&reach.ipv4, &reach.ipv6}) {
        if (only_where_denied && family->denies_by_default[i] == false) continue;
        ports.add(family->ports[i][audience].*member);
        anyone.add(family->ports[i][0].*member);
      }
      if (audience != 0) ports.remove(anyone);
      for (const PortRange& range : ports.ranges()) {
        add_range(range, name_of(kTransports[i]), static_cast<Audience>(audience), is_expected,
                  rows);
      }
    }
  }
  return rows;
}

}  // namespace

std::vector<PortRow> allowed_ports(const Reach& reach, const IsExpected& is_expected) {
  return rows_of(reach, &Ports::open, true, is_expected);
}

std::vector<PortRow> published_ports(const Reach& reach, const IsExpected& is_expected) {
  return rows_of(reach, &Ports::forwarded, false, is_expected);
}

std::size_t count_published(const Reach& reach) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < kTransports.size(); ++i) {
    PortSet ports = reach.ipv4.ports[i][0].forwarded;
    ports.add(reach.ipv6.ports[i][0].forwarded);
    for (const PortRange& range : ports.ranges()) {
      count += static_cast<std::size_t>(range.high - range.low) + 1;
    }
  }
  return count;
}

}  // namespace clawvigil::firewall
