// What a ruleset does with a packet: its way through all chains the kernel calls for it.
//
// Every base chain of ingress, prerouting and then input (or forward, when it is translated to
// another host) is walked in the order of priorities. A drop anywhere is final; accept ends only
// its chain. Where a condition cannot be told, both ways are followed; a port that has two outcomes
// is unknown.
//
// Pure; one Walk for one packet.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "collectors/firewall/packet.h"
#include "exporter/base/result.h"

namespace clawvigil::firewall {

// What may happen to packets to each port; a port may be in several.
struct Outcome {
  PortSet received;   // by this host
  PortSet forwarded;  // to another one, behind it
  PortSet dropped;
};

// Where packets to an address go out; "" when nobody knows. What is not forwarded at all is
// nullopt.
using FindRoute = std::function<std::optional<std::string>(IpFamily family, const Number& address)>;
// Whether an address is this host's.
using IsOwn = std::function<bool(IpFamily family, const Number& address)>;

class Walk {
 public:
  // Rules looked at by all walks together before giving up; `budget` outlives the walks.
  static constexpr std::size_t kMaxSteps = 2'000'000;

  Walk(const Ruleset& ruleset, const FindRoute& find_route, const IsOwn& is_own,
       std::size_t& budget)
      : ruleset_(ruleset), find_route_(find_route), is_own_(is_own), budget_(budget) {}

  // too_large: the budget is used up.
  [[nodiscard]] Result<Outcome> follow(Packet packet, const PortSet& ports);
  // What could not be told on the way, for people; at most kMaxReasons.
  static constexpr std::size_t kMaxReasons = 8;
  [[nodiscard]] const std::set<std::string>& reasons() const { return reasons_; }

 private:
  struct Stage {
    const Table* table;
    const Chain* chain;
  };
  struct Translated {
    PortSet ports;
    const Verdict* to;
  };
  struct ChainResult {
    PortSet accepted;
    PortSet dropped;
    PortSet through;  // reached the end, or returned
    std::vector<Translated> translated;
  };

  [[nodiscard]] std::vector<Stage> stages(Hook hook, IpFamily family) const;
  Result<Outcome> before_routing(Packet packet, PortSet ports, std::size_t from);
  Result<Outcome> after_routing(Packet packet, PortSet ports);
  Result<Outcome> translate(Packet packet, const Translated& group, std::size_t from);
  Result<ChainResult> base_chain(const Stage& stage, Packet& packet, PortSet ports);
  Result<ChainResult> chain(const Table& table, const Chain& chain, Packet& packet, PortSet ports,
                            std::size_t depth);
  Match conditions(const Rule& rule, const Packet& packet, const PortSet& ports);
  Result<> apply(const Table& table, const Verdict& verdict, const Match& matched, Packet& packet,
                 PortSet& ports, ChainResult& out, std::size_t depth);
  Result<> apply_map(const Table& table, const Lookup& map, const Match& matched, Packet& packet,
                     PortSet& ports, ChainResult& out, std::size_t depth);
  void note(std::string_view reason);
  void note_conditions(const Rule& rule, const Packet& packet);

  const Ruleset& ruleset_;
  const FindRoute& find_route_;
  const IsOwn& is_own_;
  std::size_t& budget_;
  std::set<std::string> reasons_;
};

}  // namespace clawvigil::firewall
