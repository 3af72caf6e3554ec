// The families of the collector "tls".
#pragma once

#include <array>
#include <string_view>

#include "exporter/model/metric.h"

namespace clawvigil::tls_families {

inline constexpr Metric kEndpoints{
    MetricType::gauge, "clawvigil_tls_endpoints_configured",
    "HTTPS endpoints named in the configuration; only those are tested."};
inline constexpr Metric kProbeSuccess{
    MetricType::gauge,
    "clawvigil_tls_probe_success",
    "1: the endpoint completed a TLS handshake and answered a request; 0: it did not.",
    {"endpoint"}};
inline constexpr Metric kProbeFailure{
    MetricType::info,
    "clawvigil_tls_probe_failure_info",
    "Why the endpoint was not reached: resolve, refused, unreachable, connect_timeout, handshake, "
    "handshake_timeout, answer_timeout, answer_closed, answer_too_large, not_http.",
    {"endpoint", "reason"}};
inline constexpr Metric kChainValid{
    MetricType::gauge,
    "clawvigil_tls_chain_valid",
    "1: the endpoint's certificate leads to a trusted authority and is valid now; 0: not.",
    {"endpoint"}};
inline constexpr Metric kChainProblem{MetricType::info,
                                      "clawvigil_tls_chain_problem_info",
                                      "Why the chain is not valid: expired, not_yet_valid, "
                                      "self_signed, issuer_unknown, weak, purpose, "
                                      "other.",
                                      {"endpoint", "problem"}};
inline constexpr Metric kNameValid{
    MetricType::gauge,
    "clawvigil_tls_name_valid",
    "1: the endpoint's certificate is for the name visitors use; 0: for others.",
    {"endpoint"}};
inline constexpr Metric kNotAfter{
    MetricType::gauge,
    "clawvigil_tls_certificate_not_after_timestamp_seconds",
    "End of a certificate's validity: the server's own (leaf), and that one of its signers which "
    "ends first (chain). For certificate files the endpoint is the path.",
    {"endpoint", "role"}};
inline constexpr Metric kNotBefore{MetricType::gauge,
                                   "clawvigil_tls_certificate_not_before_timestamp_seconds",
                                   "Beginning of the validity of the same certificates.",
                                   {"endpoint", "role"}};
inline constexpr Metric kHeader{
    MetricType::gauge,
    "clawvigil_http_security_header_present",
    "1: the endpoint's answer to a visitor without credentials has this header with a value that "
    "has an effect; 0: not.",
    {"endpoint", "header"}};
inline constexpr Metric kRedirects{
    MetricType::gauge,
    "clawvigil_http_redirects_to_https",
    "1: port 80 of the endpoint redirects to https; 0: it serves plain HTTP. Absent if nothing is "
    "served there.",
    {"endpoint"}};
inline constexpr Metric kAuthRequired{
    MetricType::gauge,
    "clawvigil_http_auth_required",
    "1: the endpoint refuses a request without credentials to a protected route of the gateway; "
    "0: it is served.",
    {"endpoint"}};

inline constexpr std::array kMetrics{kEndpoints.info(),  kProbeSuccess.info(), kProbeFailure.info(),
                                     kChainValid.info(), kChainProblem.info(), kNameValid.info(),
                                     kNotAfter.info(),   kNotBefore.info(),    kHeader.info(),
                                     kRedirects.info(),  kAuthRequired.info()};

}  // namespace clawvigil::tls_families
