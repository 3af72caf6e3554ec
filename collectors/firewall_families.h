// The families of the collector "firewall".
#pragma once

#include <array>

#include "exporter/model/metric.h"

namespace clawvigil::firewall_families {

inline constexpr std::size_t kMaxPorts = 64;

inline constexpr Metric kActive{
    MetricType::gauge,
    "clawvigil_firewall_active",
    "1 if the packet filter refuses anything at all from the internet, by the kernel's rules "
    "(backend nftables) or by ufw's files (backend ufw).",
    {"backend"}};
inline constexpr Metric kDefaultDeny{
    MetricType::gauge,
    "clawvigil_firewall_default_deny_incoming",
    "1 if new connections from the internet to ports no rule names are refused; ipv6 only if this "
    "host has a public address.",
    {"family"}};
inline constexpr Metric kAllowedPort{
    MetricType::info,
    "clawvigil_firewall_allowed_port_info",
    "A port (or range, or all) that new connections reach through the packet filter, from anywhere "
    "(any), listed public addresses, private networks or the tailnet; only where the rest is "
    "refused.",
    {"protocol", "port", "source_scope", "expected"},
    kMaxPorts};
inline constexpr Metric kChanged{
    MetricType::gauge, "clawvigil_firewall_changed_timestamp_seconds",
    "When the rules for incoming packets were last seen to change, bans and counters left out; "
    "absent before the first change."};
inline constexpr Metric kGatewayPort{
    MetricType::gauge,
    "clawvigil_firewall_gateway_port_open",
    "1 if the packet filter lets the internet reach a port of the gateway, whether it listens "
    "there or not.",
    {"home"}};
inline constexpr Metric kPublished{
    MetricType::gauge, "clawvigil_docker_published_ports_exposed",
    "Ports of containers that the internet reaches past the rules for incoming packets."};
inline constexpr Metric kPublishedPort{MetricType::info,
                                       "clawvigil_docker_published_port_info",
                                       "A port that is forwarded into a container or another host "
                                       "behind this one, and who reaches it.",
                                       {"protocol", "port", "source_scope", "expected"},
                                       kMaxPorts};

inline constexpr std::array kMetrics{kActive.info(),       kDefaultDeny.info(), kAllowedPort.info(),
                                     kChanged.info(),      kGatewayPort.info(), kPublished.info(),
                                     kPublishedPort.info()};

}  // namespace clawvigil::firewall_families
