#include "alerts/engine/controls.h"

#include <algorithm>
#include <array>

namespace clawvigil::alerts {

namespace {

constexpr std::array kControls{
    Control{"X1", "the gateway listens on loopback or the tailnet only"},
    Control{"X2", "nothing else listens unexpectedly"},
    Control{"X3", "the gateway demands authentication"},
    Control{"X4", "the firewall denies by default and opens only what is needed"},
    Control{"X5", "certificates, redirect and security headers of the reverse proxy"},
    Control{"X6", "Tailscale is private, not funnelled"},
    Control{"X7", "connections lead to expected places only"},
    Control{"A1", "unknown senders are rejected, and you see it"},
    Control{"A2", "owners are set, no channel is open to everyone"},
    Control{"A3", "only known channels, senders and devices"},
    Control{"A4", "senders do not share a session"},
    Control{"A5", "failed authentications, lockouts, pairings"},
    Control{"A6", "fail2ban protects sshd"},
    Control{"A7", "SSH: keys only, no root"},
    Control{"S1", "no key or token is too old"},
    Control{"S2", "nobody else reads OpenClaw's files"},
    Control{"S3", "no secret where none belongs"},
    Control{"S4", "secrets are injected, not stored"},
    Control{"S5", "changes of the configuration are seen; no keys are pushed"},
    Control{"P1", "consumption and cost of models"},
    Control{"P2", "the gateway has limits and does not reach them"},
    Control{"P3", "a user of its own without sudo"},
    Control{"P4", "few tools, sandbox and approvals on"},
    Control{"P5", "people approve what is risky"},
    Control{"H1", "the system is up to date"},
    Control{"H2", "OpenClaw and Node.js are up to date"},
    Control{"H3", "backups: recent, encrypted, elsewhere, tested"},
    Control{"H4", "logs and sessions are not kept for ever"},
    Control{"H5", "what is committed in the workspaces"},
    Control{"H6", "OpenClaw's own audit is clean"},
    Control{"H7", "the gateway is up and ready"},
    Control{"M1", "the watcher works and cannot be silenced"},
};

}  // namespace

std::span<const Control> controls() { return kControls; }

std::string_view promise_of(std::string_view id) {
  const auto* const found = std::ranges::find(kControls, id, &Control::id);
  return found == kControls.end() ? std::string_view() : found->promise;
}

}  // namespace clawvigil::alerts
