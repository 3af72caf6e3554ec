// The families of the collector "gateway". All carry the label `home`.
#pragma once

#include <array>
#include <span>

#include "exporter/model/metric.h"

namespace clawvigil::gateway_families {

inline constexpr Metric kParseOk{
    MetricType::gauge,
    "clawvigil_config_parse_ok",
    "1 if openclaw.json, its includes and its settings are well-formed.",
    {"home"}};
inline constexpr Metric kVersion{MetricType::info,
                                 "clawvigil_openclaw_info",
                                 "The version of OpenClaw that last wrote openclaw.json.",
                                 {"home", "version"}};
inline constexpr Metric kBind{MetricType::info,
                              "clawvigil_gateway_bind_info",
                              "Configured bind mode of the gateway.",
                              {"home", "mode"}};
inline constexpr Metric kAuth{MetricType::info,
                              "clawvigil_gateway_auth_info",
                              "Configured authentication mode of the gateway.",
                              {"home", "mode"}};
inline constexpr Metric kWeak{
    MetricType::gauge,
    "clawvigil_gateway_auth_secret_weak",
    "1 if a shared secret is short, a placeholder, repetitive or used twice.",
    {"home", "kind"}};
inline constexpr Metric kInsecure{MetricType::gauge,
                                  "clawvigil_gateway_insecure_flags",
                                  "1 if the setting that weakens the gateway is switched on.",
                                  {"home", "flag"}};
inline constexpr Metric kRateLimit{MetricType::gauge,
                                   "clawvigil_gateway_auth_rate_limit_configured",
                                   "1 if gateway.auth.rateLimit is configured.",
                                   {"home"}};
inline constexpr Metric kProxies{MetricType::gauge,
                                 "clawvigil_gateway_trusted_proxies",
                                 "Entries of gateway.trustedProxies.",
                                 {"home"}};
inline constexpr Metric kUp{MetricType::gauge,
                            "clawvigil_gateway_up",
                            "1 if /healthz of the gateway answers 200 on loopback.",
                            {"home"}};
inline constexpr Metric kReady{MetricType::gauge,
                               "clawvigil_gateway_ready",
                               "1 if /readyz of the gateway answers 200 on loopback.",
                               {"home"}};
inline constexpr Metric kDuration{MetricType::gauge,
                                  "clawvigil_gateway_probe_duration_seconds",
                                  "Time /healthz of the gateway took to answer.",
                                  {"home"}};
inline constexpr Metric kUnauthenticated{
    MetricType::gauge,
    "clawvigil_gateway_unauthenticated_access",
    "1 if a protected route serves requests without credentials.",
    {"home"}};

inline constexpr std::array kMetrics = {
    kParseOk.info(), kVersion.info(),  kBind.info(),      kAuth.info(),
    kWeak.info(),    kInsecure.info(), kRateLimit.info(), kProxies.info(),
    kUp.info(),      kReady.info(),    kDuration.info(),  kUnauthenticated.info()};

// What cannot be told when openclaw.json is malformed.
inline constexpr std::span<const MetricInfo> kFromSettings =
    std::span<const MetricInfo>(kMetrics).subspan(1);

}  // namespace clawvigil::gateway_families
