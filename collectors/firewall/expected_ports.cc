#include "collectors/firewall/expected_ports.h"

#include <array>

#include "collectors/parse/sshd_config.h"
#include "collectors/sshd/system.h"
#include "exporter/store/acceptances.h"

namespace clawvigil::firewall {

namespace {

// Every firewall lets the answers of address servers in; ufw does for anyone.
constexpr std::array<std::uint16_t, 2> kDhcpClient{68, 546};

// 22 where the configuration cannot be read: the owner must not be told to close it.
std::vector<std::uint16_t> ssh_ports(const host::Root& root) {
  if (!sshd::installed(root)) return {};
  const auto lines = sshd::read_config(root);
  const auto settings =
      lines ? sshd_settings(*lines, nullptr) : Result<SshdSettings>(std::unexpected(lines.error()));
  return settings ? settings->ports : SshdSettings().ports;
}

}  // namespace

Result<ExpectedPorts> ExpectedPorts::read(const Context& context) {
  ExpectedPorts out;
  TRY_ASSIGN(const auto accepted, store::accepted_listeners(context.store, context.now.wall));
  for (const auto& known : accepted) out.ports_.emplace(known.protocol, known.port);
  for (const auto& known : context.config.listeners.accepted) {
    out.ports_.emplace(known.protocol, known.port);
  }
  for (const std::uint16_t port : ssh_ports(context.root)) out.ports_.emplace("tcp", port);
  for (const std::uint16_t port : kDhcpClient) out.ports_.emplace("udp", port);
  return out;
}

}  // namespace clawvigil::firewall
