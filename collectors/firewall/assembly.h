// One ruleset out of what the probe "nftables" printed.
//
// Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "collectors/parse/ruleset.h"
#include "exporter/base/result.h"

namespace clawvigil::firewall {

// Names of the readings, as exporter/probe/nftables.cc writes them.
inline constexpr std::string_view kRulesetReading = "ruleset";         // nft -j list ruleset
inline constexpr std::string_view kIptablesReading = "iptables";       // iptables-nft-save
inline constexpr std::string_view kIp6tablesReading = "ip6tables";     // ip6tables-nft-save
inline constexpr std::string_view kLegacyReading = "iptables-legacy";  // iptables-legacy-save
inline constexpr std::string_view kLegacy6Reading = "ip6tables-legacy";

// nft shows the tables of iptables-nft (ufw, Docker, fail2ban …) without most of what their rules
// match; those are taken from iptables-save where it printed them. Tables of the older kernel
// interface, which nft does not see at all, are added. Errors: those of the parsers; not_found
// without the ruleset.
[[nodiscard]] Result<Ruleset> assemble(const std::map<std::string, std::string>& outputs);

}  // namespace clawvigil::firewall
