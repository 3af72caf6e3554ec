// The families of the collector "tailscale".
#pragma once

#include <array>
#include <span>

#include "exporter/model/metric.h"

namespace clawvigil::tailscale_families {

inline constexpr Metric kUp{MetricType::gauge, "clawvigil_tailscale_up",
                            "1 if this host is connected to its tailnet; also said without "
                            "Tailscale if a gateway needs it."};
inline constexpr Metric kServe{
    MetricType::gauge,
    "clawvigil_tailscale_serve_enabled",
    "1 if tailscale serve lets other devices of the tailnet in, by where it leads.",
    {"target"}};
inline constexpr Metric kFunnel{
    MetricType::gauge,
    "clawvigil_tailscale_funnel_enabled",
    "1 if tailscale funnel lets the whole internet in, by where it leads.",
    {"target"}};
inline constexpr Metric kExpiry{
    MetricType::gauge, "clawvigil_tailscale_key_expiry_timestamp_seconds",
    "When this host must log in to its tailnet again; absent if it never must."};
inline constexpr Metric kMode{MetricType::info,
                              "clawvigil_gateway_tailscale_mode_info",
                              "What gateway.tailscale.mode of openclaw.json asks for.",
                              {"home", "mode"}};

inline constexpr std::array kMetrics = {kUp.info(), kServe.info(), kFunnel.info(), kExpiry.info(),
                                        kMode.info()};
// What only tailscaled can tell.
inline constexpr std::span<const MetricInfo> kFromDaemon =
    std::span<const MetricInfo>(kMetrics).subspan(1, 3);

}  // namespace clawvigil::tailscale_families
