// Which packets have to be tried so that the answer holds for all: one of each kind that the
// ruleset tells apart.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "collectors/firewall/network.h"
#include "collectors/firewall/port_set.h"
#include "collectors/parse/ruleset.h"
#include "exporter/base/result.h"

namespace clawvigil::firewall {

struct Source {
  Number address;
  Audience audience = Audience::anyone;
};

inline constexpr std::size_t kMaxSources = 256;
inline constexpr std::size_t kMaxSourcePorts = 32;

// One address for every set of conditions that addresses of a kind meet together. "anyone" is what
// most of the public addresses have in common; others are "listed". Addresses that are only ever
// refused (bans) are no kind of their own. too_large: more than kMaxSources.
[[nodiscard]] Result<std::vector<Source>> sources(const Ruleset& ruleset, IpFamily family);

// One source port for every range the rules tell apart, a usual one first: the sender chooses it.
// too_large: more than kMaxSourcePorts.
[[nodiscard]] Result<std::vector<std::uint16_t>> source_ports(const Ruleset& ruleset);

// Of these addresses of the host those that rules treat differently.
[[nodiscard]] std::vector<std::optional<Number>> distinct_targets(
    const Ruleset& ruleset, IpFamily family, const std::vector<std::optional<Number>>& targets);

// The ports no rule names: those that show what happens by default.
[[nodiscard]] PortSet unnamed_ports(const Ruleset& ruleset);

}  // namespace clawvigil::firewall
