// A host with a packet filter, and its surroundings, in network namespaces: whether a packet gets
// through is found out by sending it.
//
//   elsewhere: 203.0.113.9, .50, 10.77.0.9, 2001:db8::9, ::50, fd00:77::9   100.64.0.9, fd7a:…::9
//                         |                                                  |
//   host:              out0 203.0.113.1, 10.77.0.1, 2001:db8::1, …        tailscale0 100.64.0.1, …
//                      docker0 172.17.0.1
//                         |
//   container:         172.17.0.2
//
// Host and container listen on kLabPorts, TCP and UDP, on every address.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/fd.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

inline constexpr std::array<std::uint16_t, 14> kLabPorts{
    22, 25, 53, 80, 443, 2222, 3000, 5353, 8005, 8011, 8080, 9000, 18789, 41641};

// Somebody who sends: from an address of `elsewhere` to one of the host.
struct LabSender {
  std::string_view from;
  std::string_view to;
  std::string_view interface;  // of the host, by which it comes
  std::string_view audience;   // "any" but for an address some rules name
};
inline constexpr std::array<LabSender, 9> kLabSenders{{
    {"203.0.113.9", "203.0.113.1", "out0", "any"},
    {"203.0.113.50", "203.0.113.1", "out0", "special"},
    {"10.77.0.9", "10.77.0.1", "out0", "private"},
    {"100.64.0.9", "100.64.0.1", "tailscale0", "tailnet"},
    {"2001:db8::9", "2001:db8::1", "out0", "any"},
    {"2001:db8::50", "2001:db8::1", "out0", "special"},
    {"fd00:77::9", "fd00:77::1", "out0", "private"},
    {"fd7a:115c:a1e0::9", "fd7a:115c:a1e0::1", "tailscale0", "tailnet"},
    {"10.77.0.20", "10.77.0.1", "out0", "private"},
}};

struct LabPacket {
  LabSender sender;
  bool tcp = true;
  std::uint16_t port = 0;
  std::uint16_t source_port = 0;  // 0: one that was never used before
};

class FirewallLab {
 public:
  // nullptr when namespaces cannot be made (not root): skip the test, loudly.
  [[nodiscard]] static std::unique_ptr<FirewallLab> create();
  ~FirewallLab();
  FirewallLab(const FirewallLab&) = delete;
  FirewallLab& operator=(const FirewallLab&) = delete;

  // A shell command on the host; its output goes to log().
  [[nodiscard]] bool run(const std::string& command) const;
  // The same; its output, or "" when it fails.
  [[nodiscard]] std::string output(const std::string& command) const;
  [[nodiscard]] std::string log() const;
  // A directory to be the root of the host: with its /proc/net.
  [[nodiscard]] std::string root() const { return directory_ / "root"; }

  // Which of the packets got through: a TCP connection was made, a datagram received. Waits until
  // those of `expected` are there, three seconds at most, and a moment more for others.
  [[nodiscard]] std::vector<bool> reached(const std::vector<LabPacket>& packets,
                                          const std::vector<bool>& expected);

 private:
  FirewallLab() = default;
  [[nodiscard]] bool build();
  void listen_in(const Fd& space);

  TempDir directory_;
  Fd host_;
  Fd elsewhere_;
  Fd container_;
  std::vector<Fd> datagram_sockets_;
  std::vector<Fd> stream_sockets_;
  std::uint32_t round_ = 0;
  std::uint16_t next_port_ = 0;
};

}  // namespace clawvigil::test
