#include "collectors/firewall/reach.h"

#include <algorithm>

#include "collectors/firewall/representatives.h"
#include "collectors/firewall/walk.h"

namespace clawvigil::firewall {

namespace {

class Evaluation {
 public:
  Evaluation(const Ruleset& ruleset, const Network& network)
      : ruleset_(ruleset),
        network_(network),
        find_route_([&](IpFamily family, const Number& address) {
          return network_.way_out(family, address);
        }),
        is_own_([&](IpFamily family, const Number& address) {
          return network_.is_own(family, address);
        }),
        unnamed_(unnamed_ports(ruleset)) {}

  Result<Reach> run() {
    TRY_ASSIGN(source_ports_, source_ports(ruleset_));
    TRY(family(IpFamily::ipv4, reach_.ipv4));
    TRY(family(IpFamily::ipv6, reach_.ipv6));
    reach_.filters = filters();
    return std::move(reach_);
  }

 private:
  Result<> family(IpFamily family, FamilyReach& out) {
    TRY_ASSIGN(const std::vector<Source> senders, sources(ruleset_, family));
    for (const Source& sender : senders) {
      const auto targets =
          distinct_targets(ruleset_, family, network_.targets(family, sender.audience));
      if (sender.audience == Audience::anyone) out.from_internet = !targets.empty();
      for (const auto& target : targets) {
        for (const std::string& interface : network_.ways_in(family, sender.audience)) {
          Packet packet{.family = family, .source = sender.address, .destination = target};
          packet.in_interface = interface;
          TRY(all_ports(packet, sender.audience, out));
        }
      }
    }
    for (std::size_t i = 0; i < kTransports.size(); ++i) {
      for (Ports& ports : out.ports[i]) {
        ports.unclear.remove(ports.open);
        ports.forwarded_unclear.remove(ports.forwarded);
      }
      const Ports& anyone = out.ports[i][static_cast<std::size_t>(Audience::anyone)];
      if (!unnamed_.common(anyone.open).empty()) {
        out.denies_by_default[i] = false;
      } else if (unnamed_.common(anyone.unclear).empty()) {
        out.denies_by_default[i] = true;
      }
    }
    return {};
  }

  Result<> all_ports(Packet packet, Audience audience, FamilyReach& out) {
    for (std::size_t i = 0; i < kTransports.size(); ++i) {
      packet.transport = kTransports[i];
      Ports& ports = out.ports[i][static_cast<std::size_t>(audience)];
      for (const std::uint16_t port : source_ports_) {
        packet.source_port = port;
        Walk walk(ruleset_, find_route_, is_own_, budget_);
        TRY_ASSIGN(const Outcome outcome, walk.follow(packet, PortSet(1, 65535)));
        add(outcome, ports);
        reach_.reasons.insert(walk.reasons().begin(), walk.reasons().end());
      }
    }
    return {};
  }

  static void add(const Outcome& outcome, Ports& ports) {
    const auto sort = [](const PortSet& there, const PortSet& other, const PortSet& dropped,
                         PortSet& certain, PortSet& unclear) {
      PortSet otherwise = other;
      otherwise.add(dropped);
      certain.add(there.without(otherwise));
      unclear.add(there.common(otherwise));
    };
    sort(outcome.received, outcome.forwarded, outcome.dropped, ports.open, ports.unclear);
    sort(outcome.forwarded, outcome.received, outcome.dropped, ports.forwarded,
         ports.forwarded_unclear);
  }

  [[nodiscard]] std::optional<bool> filters() const {
    bool unclear = false;
    for (const FamilyReach* family : {&reach_.ipv4, &reach_.ipv6}) {
      if (!family->from_internet) continue;
      for (const auto& transport : family->ports) {
        const Ports& anyone = transport[static_cast<std::size_t>(Audience::anyone)];
        PortSet closed(1, 65535);
        closed.remove(anyone.open);
        closed.remove(anyone.forwarded);
        unclear = unclear || !anyone.unclear.empty() || !anyone.forwarded_unclear.empty();
        closed.remove(anyone.unclear);
        closed.remove(anyone.forwarded_unclear);
        if (!closed.empty()) return true;
      }
    }
    return unclear ? std::nullopt : std::optional(false);
  }

  const Ruleset& ruleset_;
  const Network& network_;
  FindRoute find_route_;
  IsOwn is_own_;
  PortSet unnamed_;
  std::vector<std::uint16_t> source_ports_;
  std::size_t budget_ = Walk::kMaxSteps;
  Reach reach_;
};

}  // namespace

bool has_unclear_ports(const Reach& reach) {
  for (const FamilyReach* family : {&reach.ipv4, &reach.ipv6}) {
    for (std::size_t i = 0; i < kTransports.size(); ++i) {
      if (family->denies_by_default[i] == false) continue;
      const auto is_unclear = [](const Ports& ports) { return !ports.unclear.empty(); };
      if (std::ranges::any_of(family->ports[i], is_unclear)) return true;
    }
  }
  return false;
}

bool has_unclear_forwarding(const Reach& reach) {
  for (const FamilyReach* family : {&reach.ipv4, &reach.ipv6}) {
    for (const auto& transport : family->ports) {
      const auto is_unclear = [](const Ports& ports) { return !ports.forwarded_unclear.empty(); };
      if (std::ranges::any_of(transport, is_unclear)) return true;
    }
  }
  return false;
}

std::optional<bool> reaches_any(const Reach& reach, const PortSet& ports) {
  bool unclear = false;
  for (const FamilyReach* family : {&reach.ipv4, &reach.ipv6}) {
    if (!family->from_internet) continue;
    const Ports& anyone = family->ports[0][static_cast<std::size_t>(Audience::anyone)];
    if (!anyone.open.common(ports).empty() || !anyone.forwarded.common(ports).empty()) return true;
    unclear = unclear || !anyone.unclear.common(ports).empty() ||
              !anyone.forwarded_unclear.common(ports).empty();
  }
  return unclear ? std::nullopt : std::optional(false);
}

Result<Reach> evaluate(const Ruleset& ruleset, const Network& network) {
  return Evaluation(ruleset, network).run();
}

}  // namespace clawvigil::firewall
