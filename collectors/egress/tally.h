// What one look at the connections of one gateway finds.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>

#include "exporter/host/sockets.h"

namespace clawvigil {

class EgressTally {
 public:
  // Beyond it connections are counted, but not told from those of the look before, nor their
  // destinations noted.
  static constexpr std::size_t kMaxRemembered = 16'384;

  struct Destination {
    host::Scope scope = host::Scope::public_net;
    bool usual_port = true;

    friend auto operator<=>(const Destination&, const Destination&) = default;
  };
  // The port of something that listens beyond this host.
  using Port = std::tuple<host::Scope, host::Protocol, std::uint16_t>;

  // An outgoing connection; name lookups are left out. `named`: usual ports beside the well-known.
  void add(const host::Connection& connection, std::span<const std::uint16_t> named);

  [[nodiscard]] std::size_t connections(host::Scope scope) const;
  [[nodiscard]] const std::map<Port, std::size_t>& unusual_ports() const { return unusual_ports_; }
  // By destination_key(); this host itself is no destination.
  [[nodiscard]] const std::map<std::string, Destination>& destinations() const {
    return destinations_;
  }
  // Those that were not in the look before.
  [[nodiscard]] std::size_t appeared(host::Scope scope, const EgressTally& before) const;

 private:
  std::map<host::Scope, std::size_t> connections_;
  std::map<Port, std::size_t> unusual_ports_;
  std::map<std::string, Destination> destinations_;
  std::map<host::Scope, std::set<std::uint64_t>> identities_;
};

}  // namespace clawvigil
