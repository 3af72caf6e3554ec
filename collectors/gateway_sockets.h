// Which sockets belong to which OpenClaw gateway. The configuration only claims a port; a gateway
// started with --port or OPENCLAW_GATEWAY_PORT uses another, and what counts is who is reachable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/collect/homes.h"
#include "exporter/host/cgroups.h"
#include "exporter/host/sockets.h"

namespace clawvigil {

// The ports the configuration of a home gives its gateway (and those derived from them); called at
// most every 10 s or when openclaw.json has changed.
using GatewayPorts = std::function<std::vector<std::uint16_t>(const Home&)>;

// What is known about the gateway of one home.
struct GatewayHints {
  uid_t uid = 0;
  std::string profile;                   // "" for the default one
  std::vector<std::uint16_t> ports;      // by configuration: whoever owns the socket
  std::vector<std::uint16_t> own_ports;  // by its lock file or the sockets beside its own:
                                         // believed for sockets of its own user
};

// A socket and what is known about the cgroup that made it.
struct SocketOwner {
  std::string unit;           // "" when unknown
  bool runs_gateway = false;  // a service one of whose processes is a gateway
  std::string path{};         // of its cgroup, "" when unknown
};

// "openclaw.service", "openclaw-gateway.service", "openclaw-gateway-<profile>.service"
[[nodiscard]] bool is_gateway_unit(std::string_view unit);

// Whether the socket uses one of the gateway's ports. TCP only: a gateway serves nothing over UDP,
// but its name lookups and mDNS announcements bind UDP sockets on every address.
[[nodiscard]] bool has_gateway_port(const host::Listener& listener, const GatewayHints& hints);

// Whether the socket was made by the gateway's user inside the gateway's unit, on any TCP port.
[[nodiscard]] bool is_gateway_listener(const host::Listener& listener, const SocketOwner& owner,
                                       const GatewayHints& hints);

// The homes (indexes into `homes`) this socket is to be charged to; empty: not a gateway's. With
// several candidates those of the socket's own user win, then those whose port it is, then the
// profile the unit is named after. A socket of a third user (docker-proxy runs as root) on a
// gateway's port is charged to every home with that port.
[[nodiscard]] std::vector<std::size_t> gateway_homes_of(const host::Listener& listener,
                                                        const SocketOwner& owner,
                                                        std::span<const GatewayHints> homes);

// The ports of this user that look like a gateway's from the sockets beside them. A gateway before
// 2026.9 also opens port+2 (browser control) and port+3 (CDP relay) on loopback, and writes its
// port nowhere: when --port overrides the configuration, only these give it away.
[[nodiscard]] std::vector<std::uint16_t> ports_with_companions(
    std::span<const host::Listener> listeners, uid_t uid);

// Gathers the hints of each home, one for each of `homes`. What the files say is remembered until
// openclaw.json or the lock directory change, at most 10 s; what the sockets say is of this moment.
// One thread.
class GatewayHintsCache {
 public:
  explicit GatewayHintsCache(GatewayPorts ports) : ports_(std::move(ports)) {}
  // `listeners` are those of this network namespace; the TCP ones suffice.
  [[nodiscard]] std::vector<GatewayHints> of(std::span<const Home> homes,
                                             std::span<const host::Listener> listeners,
                                             SteadyTime now);

 private:
  struct Entry {
    GatewayHints hints;               // by the files
    std::vector<SystemTime> changes;  // of what the hints were read from
    SteadyTime read_at;
  };
  GatewayPorts ports_;
  std::map<std::string, Entry> entries_;  // by path of the home
};

// Whether a service runs a process that calls itself a gateway; answers are kept for 10 s. Reads
// cgroup.procs (64 KiB, 256 processes at most). One thread.
class GatewayProcesses {
 public:
  [[nodiscard]] bool in_cgroup(std::uint64_t cgroup_id, std::string_view cgroup_path,
                               const host::Root& root, SteadyTime now);

 private:
  struct Answer {
    bool found = false;
    SteadyTime read_at;
  };
  std::map<std::uint64_t, Answer> answers_;
};

// Finds the owners of sockets. One thread.
class SocketOwners {
 public:
  // Whether a gateway runs in its service is looked up only for sockets of a gateway's user.
  [[nodiscard]] SocketOwner of(const host::Listener& listener, std::span<const GatewayHints> hints,
                               const host::Root& root, SteadyTime now);
  // As CgroupIndex has it.
  [[nodiscard]] std::string path_of(std::uint64_t cgroup_id, const host::Root& root,
                                    SteadyTime now) {
    return cgroups_.path_of(cgroup_id, root, now);
  }
  [[nodiscard]] bool is_awaited(std::uint64_t cgroup_id) const {
    return cgroups_.is_awaited(cgroup_id);
  }

 private:
  GatewayProcesses processes_;
  host::CgroupIndex cgroups_;
};

}  // namespace clawvigil
