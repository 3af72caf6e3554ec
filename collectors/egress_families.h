// The families of the collector "egress". All carry the label `home`.
#pragma once

#include <array>
#include <span>

#include "exporter/model/metric.h"

namespace clawvigil::egress_families {

inline constexpr std::size_t kMaxOpenPorts = 64;

inline constexpr Metric kConnections{
    MetricType::gauge,
    "clawvigil_outbound_connections",
    "Connections the gateway and what it started have opened, by who is at the other end.",
    {"home", "scope"}};
inline constexpr Metric kUnusualPorts{
    MetricType::gauge,
    "clawvigil_outbound_unusual_port_connections",
    "Those to ports beside 53, 80, 443, 853 and the configured ones, and not on this host.",
    {"home", "scope", "protocol", "port"},
    kMaxOpenPorts};
inline constexpr Metric kOpened{
    MetricType::counter,
    "clawvigil_outbound_connections_seen_total",
    "Connections that were seen to appear; those that come and go between two looks are not.",
    {"home", "scope"}};
inline constexpr Metric kNew{
    MetricType::counter,
    "clawvigil_outbound_destinations_new_total",
    "Networks and ports that were never connected to before, after two weeks of learning.",
    {"home", "scope", "ports"}};
inline constexpr Metric kLearning{
    MetricType::gauge,
    "clawvigil_outbound_learning_end_timestamp_seconds",
    "Until when destinations are learned as known; counted from the first one seen.",
    {"home"}};
inline constexpr Metric kAttribution{
    MetricType::info,
    "clawvigil_outbound_attribution_info",
    "By what connections are the gateway's: its unit, or its user where it has no unit.",
    {"home", "by"}};
inline constexpr Metric kPolicy{MetricType::info,
                                "clawvigil_outbound_policy_info",
                                "Whether egress.local-models-only is set: local_only or open.",
                                {"home", "policy"}};

inline constexpr std::array kMetrics = {
    kConnections.info(), kUnusualPorts.info(), kOpened.info(), kNew.info(),
    kLearning.info(),    kAttribution.info(),  kPolicy.info()};
// What cannot be told while a gateway's connections cannot be seen.
inline constexpr std::span<const MetricInfo> kFromSockets =
    std::span<const MetricInfo>(kMetrics).first(4);

}  // namespace clawvigil::egress_families
